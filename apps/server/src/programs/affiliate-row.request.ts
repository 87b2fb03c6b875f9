import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsObject, IsString, ValidateNested } from 'class-validator';

import { ConsentRequest } from './consent.request.js';
import { IfGiven } from './if-present.js';

/** One affiliate. Null and blank count as absent. Values are checked row by row, so that a bad one does not stop others. */
export class AffiliateRowRequest {
  @ApiProperty({
    description:
      'The person’s address, at most 254 characters. People are recognised by it in any letter case; the case first given is kept.',
    example: 'Jane+partner@example.com',
  })
  @IsString()
  readonly email!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'First and last name in one, in any script and order; at most 500 characters.',
    example: 'Jane van Doe',
  })
  @IfGiven()
  @IsString()
  readonly name?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'With `lastName` in place of `name`, when the two are known apart.',
    example: 'Jane',
  })
  @IfGiven()
  @IsString()
  readonly firstName?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'van Doe' })
  @IfGiven()
  @IsString()
  readonly lastName?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'ISO 3166-1 alpha-2, in any letter case.',
    example: 'GB',
  })
  @IfGiven()
  @IsString()
  readonly country?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description:
      'What the affiliate’s links carry: 3 to 64 letters, digits and hyphens. A slug that somebody else has becomes an alias.',
    example: 'jane',
  })
  @IfGiven()
  @IsString()
  readonly referralSlug?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Your own id of this person, at most 255 characters.',
    example: 'aff_1042',
  })
  @IfGiven()
  @IsString()
  readonly externalId?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description:
      'When the person became an affiliate: a date or a time of ISO 8601. Now, unless told. Never changes afterwards; vendors may get it as the time of creation.',
    example: '2024-01-31',
  })
  @IfGiven()
  @IsString()
  readonly joinedAt?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Needs a campaign; at most 100 characters.',
    example: 'gold',
  })
  @IfGiven()
  @IsString()
  readonly tier?: string | null;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    description: 'Need a campaign. Added to those the person has there already.',
    example: ['blog'],
  })
  @IfGiven()
  @IsArray()
  @IsString({ each: true })
  readonly tags?: readonly string[] | null;

  @ApiPropertyOptional({ type: ConsentRequest, nullable: true })
  @IfGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => ConsentRequest)
  readonly consent?: ConsentRequest | null;
}
