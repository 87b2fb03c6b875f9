import { ApiProperty } from '@nestjs/swagger';
import { PRESET_NAMES, type PresetName } from '@rekomi/webhooks';
import { IsIn, IsObject, IsString, MaxLength } from 'class-validator';

/** A vendor's own API as the endpoint. Address, headers and body follow from it. */
export class WebhookPresetRequest {
  @ApiProperty({ enum: PRESET_NAMES, example: 'customer-io-track' })
  @IsIn(PRESET_NAMES)
  readonly name!: PresetName;

  @ApiProperty({ description: 'Where the account is.', example: 'us' })
  @IsString()
  @MaxLength(20)
  readonly region!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The keys that open the API, by their names. They never come back.',
    example: { siteId: 'a1b2c3', trackApiKey: 'd4e5f6' },
  })
  @IsObject()
  readonly credentials!: Readonly<Record<string, unknown>>;
}
