import { ApiProperty } from '@nestjs/swagger';

export class TierAudienceAnswer {
  @ApiProperty({ description: 'The vendor’s id.', example: '12' })
  readonly id!: string;

  @ApiProperty({ example: 'Power users' })
  readonly name!: string;

  @ApiProperty({ example: 'gold' })
  readonly tier!: string;
}

export class TierOriginAnswer {
  @ApiProperty({ type: String, nullable: true, description: 'By invite, import or API.', example: 'silver' })
  readonly given!: string | null;

  @ApiProperty({
    type: TierAudienceAnswer,
    nullable: true,
    description: 'The audience that the person was last seen in, of those that mean a tier.',
  })
  readonly audience!: TierAudienceAnswer | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the vendor last told where the person is in; null where nobody asks.',
  })
  readonly readAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example:
      '“gold” follows from the audience “Power users”. It is higher than “silver”, which was given to this affiliate.',
  })
  readonly reason!: string | null;
}
