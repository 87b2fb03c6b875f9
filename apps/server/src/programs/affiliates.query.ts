import { ApiPropertyOptional } from '@nestjs/swagger';
import { type AffiliateQuery, ENROLMENT_STATUSES, type EnrolmentStatus } from '@rekomi/programs';
import { PageQuery } from '@rekomi/http';
import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';

import { IfPresent } from './if-present.js';

export class AffiliatesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Id or slug.', example: 'summer-sale-2026' })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  readonly campaign?: string;

  @ApiPropertyOptional({
    enum: ENROLMENT_STATUSES,
    description: 'In the campaign if one is named, otherwise in any.',
  })
  @IfPresent()
  @IsIn(ENROLMENT_STATUSES)
  readonly status?: EnrolmentStatus;

  @ApiPropertyOptional({ description: 'The whole address, in any letter case.', example: 'jane@example.com' })
  @IfPresent()
  @IsString()
  @MaxLength(500)
  readonly email?: string;

  @ApiPropertyOptional({ description: 'Your own id of the person.', example: 'aff_1042' })
  @IfPresent()
  @IsString()
  @MaxLength(255)
  readonly externalId?: string;

  @ApiPropertyOptional({ description: 'ISO 3166-1 alpha-2.', example: 'GB' })
  @IfPresent()
  @IsString()
  @MaxLength(2)
  readonly country?: string;

  @ApiPropertyOptional({
    description: 'Slug or alias of the affiliate’s links, in any letter case.',
    example: 'jane',
  })
  @IfPresent()
  @IsString()
  @MaxLength(255)
  readonly referralSlug?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Those whom this import created.' })
  @IfPresent()
  @IsUUID()
  readonly importId?: string;

  @ApiPropertyOptional({
    description: 'Beginning of the address or of a word of the name, in any letter case.',
    example: 'jan',
  })
  @IfPresent()
  @IsString()
  @MaxLength(200)
  readonly q?: string;

  filter(): AffiliateQuery {
    const { campaign, status, email, externalId, country, referralSlug, importId, q } = this;
    return {
      ...(campaign === undefined ? {} : { campaign }),
      ...(status === undefined ? {} : { status }),
      ...(email === undefined ? {} : { email }),
      ...(externalId === undefined ? {} : { externalId }),
      ...(country === undefined ? {} : { country }),
      ...(referralSlug === undefined ? {} : { referralSlug }),
      ...(importId === undefined ? {} : { importId }),
      ...(q === undefined ? {} : { q }),
    };
  }
}
