import { ApiProperty } from '@nestjs/swagger';

export class EventWarningAnswer {
  @ApiProperty({ example: 'name_like_builtin' })
  readonly code!: string;

  @ApiProperty({ example: '"comission_earned" was taken as it is. Was "commission_earned" meant?' })
  readonly detail!: string;
}
