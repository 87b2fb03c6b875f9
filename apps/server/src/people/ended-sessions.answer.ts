import { ApiProperty } from '@nestjs/swagger';

export class EndedSessionsAnswer {
  @ApiProperty({ type: 'integer', minimum: 0, example: 2 })
  readonly ended!: number;
}
