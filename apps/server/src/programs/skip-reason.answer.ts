import { ApiProperty } from '@nestjs/swagger';

export class SkipReasonAnswer {
  @ApiProperty({
    description:
      'campaign_archived, domain_not_allowed, domain_blocked, country_unknown, country_not_allowed, country_blocked, duplicate, address_not_confirmed, or not_pending.',
    example: 'country_unknown',
  })
  readonly code!: string;

  @ApiProperty({ example: 'The rules ask for a country, and none is known of this person.' })
  readonly detail!: string;
}
