import {
  ADDRESS_LABELS,
  type AddressPart,
  type AnswerFault,
  type FormField,
  type GivenAnswers,
} from '@rekomi/programs';
import type { ReactElement } from 'react';

import { ErrorSummary } from '../pages/error-summary.js';
import { PageLayout } from '../pages/page-layout.js';
import { ApplicationFormElement } from './application-form.js';
import type { ApplicationPageView } from './application-pages.js';
import { Paragraphs } from './paragraphs-element.js';
import { paragraphsOf } from './paragraphs.js';

/** What is in the fields, and what is wrong with it. */
export interface ShownAnswers {
  readonly answers: GivenAnswers;
  readonly faults: readonly AnswerFault[];
}

export interface ApplicationPageProps extends ShownAnswers {
  readonly view: ApplicationPageView;
  /** The form was changed while it was being filled in. */
  readonly changed?: boolean;
}

const LONGEST_LABEL = 60;

/** The public page of a campaign: what it is about, and the form. */
export function ApplicationPage({ view, answers, faults, changed }: ApplicationPageProps): ReactElement {
  const { campaign, form, organizationName, revision } = view;
  const marked = form.fields.some(({ required }) => !required);
  return (
    <PageLayout
      title={campaign.name}
      from={organizationName}
      {...(faults.length === 0 ? {} : { documentTitle: `Error: ${campaign.name}` })}
    >
      <ErrorSummary
        faults={faults.map(({ path, detail }) => ({
          field: path.join('.'),
          message: `${shortened(labelOf(form.fields, path))}: ${detail}`,
        }))}
      />
      {changed === true ? (
        <div className="summary" role="alert">
          <h2>The form was changed in the meantime</h2>
          <p>Please look through it and send it again. What you filled in is still there.</p>
        </div>
      ) : null}
      <Paragraphs of={paragraphsOf(campaign.description ?? '')} />
      <Paragraphs of={paragraphsOf(form.texts.intro ?? '')} />
      {marked ? <p className="note">Everything that is not marked as optional is needed.</p> : null}
      <ApplicationFormElement
        fields={form.fields}
        revision={revision}
        termsUrl={campaign.termsUrl}
        submitLabel={form.texts.submitLabel ?? 'Apply'}
        shown={{ answers, faults }}
      />
    </PageLayout>
  );
}

/** Of a part of an address its own label, which stands right above it. */
function labelOf(fields: readonly FormField[], [key = '', part]: readonly string[]): string {
  if (part !== undefined && Object.hasOwn(ADDRESS_LABELS, part)) return ADDRESS_LABELS[part as AddressPart];
  return fields.find((field) => field.key === key)?.label ?? key;
}

function shortened(label: string): string {
  const characters = [...label.replace(/[:?]$/u, '')];
  return characters.length <= LONGEST_LABEL
    ? characters.join('')
    : `${characters.slice(0, LONGEST_LABEL).join('').trimEnd()}…`;
}
