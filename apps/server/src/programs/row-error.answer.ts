import { ApiProperty } from '@nestjs/swagger';

export class RowErrorAnswer {
  @ApiProperty({ example: '#/affiliates/3/email' })
  readonly pointer!: string;

  @ApiProperty({ example: 'email_domain' })
  readonly code!: string;

  @ApiProperty({ example: 'The part after the @ is not the name of a domain.' })
  readonly detail!: string;
}
