import { ApiProperty, OmitType } from '@nestjs/swagger';

import type { ApplicationPageView } from './application-pages.js';
import { FormFieldAnswer } from './form-field.answer.js';
import { FormTextsAnswer } from './form-texts.answer.js';

export class PublicFieldAnswer extends OmitType(FormFieldAnswer, ['mapsTo'] as const) {}

export class PublicFormAnswer {
  @ApiProperty({ example: 'Acme Ltd' })
  readonly organization!: string;

  @ApiProperty({ example: 'Summer Sale 2026' })
  readonly campaign!: string;

  @ApiProperty({ type: String, nullable: true, example: 'For bloggers and their readers.' })
  readonly description!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Show it beside the form.',
    example: 'https://www.example.com/terms',
  })
  readonly termsUrl!: string | null;

  @ApiProperty({
    description: 'Names what is asked in which words. Send it back with the answers.',
    example: '3f9a0c5d1e2b4a68',
  })
  readonly revision!: string;

  @ApiProperty({ type: FormTextsAnswer })
  readonly texts!: FormTextsAnswer;

  @ApiProperty({ type: [PublicFieldAnswer] })
  readonly fields!: readonly PublicFieldAnswer[];
}

export function publicFormAnswer(view: ApplicationPageView): PublicFormAnswer {
  const { organizationName, campaign, revision, form } = view;
  return {
    organization: organizationName,
    campaign: campaign.name,
    description: campaign.description,
    termsUrl: campaign.termsUrl,
    revision,
    texts: form.texts,
    fields: form.fields.map(({ mapsTo: _, ...field }) => field),
  };
}
