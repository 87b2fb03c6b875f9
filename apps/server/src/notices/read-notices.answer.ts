import { ApiProperty } from '@nestjs/swagger';

export class ReadNoticesAnswer {
  @ApiProperty({ type: 'integer', description: 'How many were not read before.', example: 2 })
  readonly marked!: number;
}
