import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { ProviderAnswer } from './provider.answer.js';

const anything = { type: 'object', additionalProperties: true } as const;

/** One sentence of the catalogue. */
export class WordAnswer {
  @ApiProperty({ example: 'events' })
  readonly topic!: string;

  @ApiProperty({ example: 'Events reach the profile, each once: the vendor recognises a repeat by its id.' })
  readonly text!: string;
}

/** Everything a form, a documentation page or a client needs to know of a vendor. Data, the same for everybody. */
export class ManifestAnswer extends ProviderAnswer {
  @ApiProperty({ ...anything, description: 'The vendor’s site and API reference.' })
  readonly docs!: object;

  @ApiProperty({
    format: 'date',
    description: 'When these facts were last compared with the vendor’s pages.',
  })
  readonly checkedOn!: string;

  @ApiPropertyOptional({ ...anything, description: 'Name and, if known, end of the vendor’s API version.' })
  readonly apiVersion?: object;

  @ApiPropertyOptional({ description: 'The least expensive plan with API access, in the vendor’s words.' })
  readonly minimumPlan?: string;

  @ApiProperty({
    type: 'array',
    items: anything,
    description:
      'Fields of the connect form: name, label, help, secret, required, pattern, example, guideAnchor.',
  })
  readonly credentials!: readonly object[];

  @ApiProperty({
    type: [String],
    description: 'Credentials that name the vendor account.',
    example: ['siteId'],
  })
  readonly account!: readonly string[];

  @ApiProperty({ type: 'array', items: anything, description: 'Regions with their hosts.' })
  readonly regions!: readonly object[];

  @ApiProperty({
    type: 'array',
    items: anything,
    description: 'Settings of a connection, with choices and defaults.',
  })
  readonly settings!: readonly object[];

  @ApiProperty({
    ...anything,
    description: 'What the vendor calls an audience, and what can be done with it.',
  })
  readonly audience!: object;

  @ApiProperty({ ...anything, description: 'Events, tags, read-back, consent, bulk calls.' })
  readonly capabilities!: object;

  @ApiProperty({ ...anything, description: 'Rate limits by family of endpoints, with their source.' })
  readonly limits!: object;

  @ApiProperty({ type: [String] })
  readonly reservedAttributes!: readonly string[];

  @ApiPropertyOptional({
    ...anything,
    description: 'What the vendor asks of the names of events: length, form, names that it keeps for itself.',
  })
  readonly eventNames?: object;

  @ApiProperty({ type: [String] })
  readonly reservedEventKeys!: readonly string[];

  @ApiProperty({ type: 'array', items: anything, description: 'What is written, field by field.' })
  readonly writes!: readonly object[];

  @ApiPropertyOptional({
    type: 'array',
    items: anything,
    description: 'Shapes of host names that differ from account to account.',
  })
  readonly accountHosts?: readonly object[];

  @ApiProperty({ type: [WordAnswer], description: 'What all this means, in sentences.' })
  readonly words!: readonly WordAnswer[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The pace of each family of endpoints, in words.',
    example: { track: '100 requests a second (the vendor allows 1,000 a second)' },
  })
  readonly pace!: Readonly<Record<string, string>>;
}
