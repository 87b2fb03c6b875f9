import { ApiProperty } from '@nestjs/swagger';

export class SkipReasonAnswer {
  @ApiProperty({ example: 'address_not_confirmed' })
  readonly code!: string;

  @ApiProperty({ example: 'The address is not confirmed yet.' })
  readonly detail!: string;
}
