import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  DATE_FORMATS,
  type DateFormat,
  IMPORT_LIMITS,
  STATUS_CHOICES,
  type StatusChoice,
} from '@rekomi/programs';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsObject, IsString, MaxLength, ValidateNested } from 'class-validator';

import { IfPresent } from '../programs/if-present.js';
import { HasOnlyStatuses } from './has-only-statuses.js';
import { ImportConsentRequest } from './import-consent.request.js';
import { MapImportColumnRequest } from './map-import-column.request.js';

export const KNOWN_PEOPLE = ['update', 'fill', 'skip'] as const;

export class MapImportRequest {
  @ApiProperty({ description: 'Id or slug of the campaign to take part in.', example: 'summer-sale-2026' })
  @IsString()
  @MaxLength(100)
  readonly campaign!: string;

  @ApiPropertyOptional({
    type: [MapImportColumnRequest],
    description: 'What the columns are. Those left out are what the upload guessed.',
  })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(IMPORT_LIMITS.columns)
  @ValidateNested({ each: true })
  @Type(() => MapImportColumnRequest)
  readonly columns?: readonly MapImportColumnRequest[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', enum: [...STATUS_CHOICES] },
    description:
      'What each value of the status column means here, in any letter case; the blank value too, if it occurs. `skip` leaves such rows out.',
    example: { active: 'approved', disabled: 'rejected', '': 'applied' },
  })
  @IfPresent()
  @IsObject()
  @HasOnlyStatuses()
  readonly statuses?: Readonly<Record<string, StatusChoice>>;

  @ApiPropertyOptional({
    enum: ['approved', 'applied', 'rejected'],
    description: 'What everybody is to be; needed for a file without a status column.',
  })
  @IfPresent()
  @IsIn(['approved', 'applied', 'rejected'])
  readonly status?: 'approved' | 'applied' | 'rejected';

  @ApiPropertyOptional({
    type: ImportConsentRequest,
    description: 'Why you may write to these people. Kept with each of them as evidence.',
  })
  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => ImportConsentRequest)
  readonly consent?: ImportConsentRequest;

  @ApiPropertyOptional({
    enum: DATE_FORMATS,
    default: 'iso',
    description:
      '`iso`: 2026-01-31 or 2026-01-31T12:00:00Z. `utc_text`: 2026-01-31 12:00:00 UTC. `month_first`: 1/31/2026. `day_first`: 31.1.2026.',
  })
  @IfPresent()
  @IsIn(DATE_FORMATS)
  readonly dates?: DateFormat;

  @ApiPropertyOptional({
    enum: KNOWN_PEOPLE,
    default: 'update',
    description:
      'What happens to people who are here already: `update` replaces values, `fill` only fills gaps, `skip` leaves them alone. Blank cells never erase anything.',
  })
  @IfPresent()
  @IsIn(KNOWN_PEOPLE)
  readonly known?: (typeof KNOWN_PEOPLE)[number];
}
