import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DEFAULT_DAYS, MOST_DAYS, MOST_INVITES } from '@rekomi/programs';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

import { IfGiven, IfPresent } from '../programs/if-present.js';
import { InviteMailRequest } from './invite-mail.request.js';
import { InvitedPersonRequest } from './invited-person.request.js';

export class CreateInvitesRequest {
  @ApiProperty({ description: 'Id or slug.', example: 'summer-sale-2026' })
  @IsString()
  @MaxLength(100)
  readonly campaign!: string;

  @ApiPropertyOptional({
    type: [InvitedPersonRequest],
    minItems: 1,
    maxItems: MOST_INVITES,
    description: 'Who is invited. Exactly one of `invites`, `text` and `csv` is needed.',
  })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_INVITES)
  readonly invites?: readonly unknown[];

  @ApiPropertyOptional({
    description: `A pasted list of up to ${MOST_INVITES} addresses, with line breaks, commas, semicolons or tabs between them; names may stand before an address in angle brackets.`,
    example: 'jane@example.com, Joe Bloggs <joe@example.com>',
  })
  @IfPresent()
  @IsString()
  readonly text?: string;

  @ApiPropertyOptional({
    description: `The content of a CSV file of up to ${MOST_INVITES} people. Its first line names the columns: email, and where wanted first_name, last_name, name, tier, tags (semicolons between them). Others are passed over.`,
    example: 'email,first_name\njane@example.com,Jane\n',
  })
  @IfPresent()
  @IsString()
  readonly csv?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Of everybody without a tier of their own.',
    example: 'gold',
  })
  @IfGiven()
  @IsString()
  readonly tier?: string | null;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    description: 'Of everybody, beside their own.',
    example: ['spring'],
  })
  @IfGiven()
  @IsArray()
  @IsString({ each: true })
  readonly tags?: readonly string[] | null;

  @ApiPropertyOptional({ minimum: 1, maximum: MOST_DAYS, default: DEFAULT_DAYS, example: 14 })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(MOST_DAYS)
  readonly expiresInDays?: number;

  @ApiPropertyOptional({
    default: true,
    description:
      'Whoever accepts is approved at once. With `false` accepting is an application that the campaign’s rules or a person decide.',
    example: true,
  })
  @IfPresent()
  @IsBoolean()
  readonly approveOnAccept?: boolean;

  @ApiPropertyOptional({
    enum: ['none', 'crm'],
    default: 'none',
    description:
      '`crm`: your own tool sends each link to the very address it was made for. Accepting then confirms the address, as it does for links that this server mails.',
  })
  @IfPresent()
  @IsIn(['none', 'crm'])
  readonly deliveredBy?: 'none' | 'crm';

  @ApiPropertyOptional({
    default: false,
    description:
      'Whoever is invited already gets `expiresInDays` from now on, with the same link. Never shortens.',
    example: false,
  })
  @IfPresent()
  @IsBoolean()
  readonly extend?: boolean;

  @ApiPropertyOptional({
    default: false,
    description: 'Mail each new link. Needs a mail server.',
    example: false,
  })
  @IfPresent()
  @IsBoolean()
  readonly sendMail?: boolean;

  @ApiPropertyOptional({
    default: false,
    description: 'With `sendMail`: mail the link once more to those who were invited already.',
    example: false,
  })
  @IfPresent()
  @IsBoolean()
  readonly resend?: boolean;

  @ApiPropertyOptional({ type: InviteMailRequest, nullable: true })
  @IfGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => InviteMailRequest)
  readonly mail?: InviteMailRequest | null;
}
