import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsNumber,
  IsObject,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';

const notAbsent = (_: object, value: unknown): boolean => value !== undefined;
const notAbsentNorNull = (_: object, value: unknown): boolean => value !== undefined && value !== null;

/** Absent keeps, null removes, a value replaces. */
export class UpdateConnectionRequest {
  @ApiPropertyOptional({ maxLength: 200, example: 'Acme, main workspace' })
  @ValidateIf(notAbsent)
  @IsString()
  @MaxLength(200)
  readonly label?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Only the settings named here change; null goes back to the default.',
    example: { requestsPerSecond: 50 },
  })
  @ValidateIf(notAbsent)
  @IsObject()
  readonly settings?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional({ type: String, nullable: true, example: '7' })
  @ValidateIf(notAbsentNorNull)
  @IsString()
  @MaxLength(500)
  readonly defaultAudience?: string | null;

  @ApiPropertyOptional({ type: [String], example: ['partner', 'vip'] })
  @ValidateIf(notAbsent)
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  readonly defaultTags?: readonly string[];

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    minimum: 0,
    maximum: 100,
    description:
      'Of accepted contact writes, how many in a hundred are read back after the first ten. Null goes back to 1.',
    example: 5,
  })
  @ValidateIf(notAbsentNorNull)
  @IsNumber()
  @Min(0)
  @Max(100)
  readonly receiptPercent?: number | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', nullable: true },
    writeOnly: true,
    description:
      'Absent fields keep their value, null removes an optional one. Verified live before they are stored.',
    example: { appApiKey: null },
  })
  @ValidateIf(notAbsent)
  @IsObject()
  readonly credentials?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional({
    description:
      'Says that the new credentials are of the same account. Needed where the vendor does not tell which account a key opens; of no effect elsewhere.',
  })
  @ValidateIf(notAbsent)
  @IsBoolean()
  readonly sameAccount?: boolean;
}
