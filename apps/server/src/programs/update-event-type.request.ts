import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsString, MaxLength } from 'class-validator';

import { IfGiven } from './if-present.js';

/** Absent keeps, null removes. */
export class UpdateEventTypeRequest {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 1000,
    example: 'The affiliate finished the starter course.',
  })
  @IfGiven()
  @IsString()
  @MaxLength(1000)
  readonly description?: string | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'JSON Schema of `data`, draft 2020-12 (or draft-07 by `$schema`), at most 20,000 bytes, without references to elsewhere.',
    example: { type: 'object', properties: { course: { type: 'string' } }, required: ['course'] },
  })
  @IfGiven()
  @IsObject()
  readonly schema?: Readonly<Record<string, unknown>> | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Must fit the schema.',
    example: { course: 'starter' },
  })
  @IfGiven()
  @IsObject()
  readonly example?: Readonly<Record<string, unknown>> | null;
}
