import { ApiProperty } from '@nestjs/swagger';

export class ImportReasonAnswer {
  @ApiProperty({ example: 'email_domain' })
  readonly code!: string;

  @ApiProperty({ type: 'integer', example: 6 })
  readonly count!: number;
}
