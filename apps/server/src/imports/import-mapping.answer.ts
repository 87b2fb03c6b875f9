import { ApiProperty } from '@nestjs/swagger';
import { DATE_FORMATS, type DateFormat, STATUS_CHOICES, type StatusChoice } from '@rekomi/programs';

import { ImportConsentRequest } from './import-consent.request.js';
import { KNOWN_PEOPLE } from './map-import.request.js';

export class ImportMappingAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly campaignId!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: [...STATUS_CHOICES] },
    description: 'By the status in the file, in lower case.',
    example: { active: 'approved', disabled: 'rejected' },
  })
  readonly statuses!: Readonly<Record<string, StatusChoice>>;

  @ApiProperty({
    enum: ['approved', 'applied', 'rejected'],
    nullable: true,
    description: 'Of everybody, in a file without a status column.',
    example: null,
  })
  readonly status!: 'approved' | 'applied' | 'rejected' | null;

  @ApiProperty({ type: ImportConsentRequest })
  readonly consent!: ImportConsentRequest;

  @ApiProperty({ enum: DATE_FORMATS, example: 'iso' })
  readonly dates!: DateFormat;

  @ApiProperty({ enum: KNOWN_PEOPLE, example: 'update' })
  readonly known!: (typeof KNOWN_PEOPLE)[number];
}
