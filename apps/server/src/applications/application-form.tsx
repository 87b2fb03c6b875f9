import type { FormField } from '@rekomi/programs';
import { Fragment, type ReactElement } from 'react';

import { ApplicationField } from './application-field.js';
import type { ShownAnswers } from './application-page.js';
import { REVISION_FIELD, TRAP_FIELD } from './sent-form.js';

export interface ApplicationFormProps {
  readonly fields: readonly FormField[];
  readonly revision: string;
  readonly termsUrl: string | null;
  readonly submitLabel: string;
  readonly shown: ShownAnswers;
}

/**
 * The form itself. It goes to the page's own address, so that what is behind a proxy's path works. The browser's own
 * checks are off: ours name every fault at once, in words that help, and are read out.
 */
export function ApplicationFormElement(props: ApplicationFormProps): ReactElement {
  const { fields, revision, termsUrl, submitLabel, shown } = props;
  const firstConsent = fields.findIndex(({ type }) => type === 'consent');
  const terms = termsUrl === null ? null : <TermsLink url={termsUrl} />;
  return (
    <form method="post" noValidate acceptCharset="utf-8">
      {fields.map((field, place) => (
        <Fragment key={field.key}>
          {place === firstConsent ? terms : null}
          <ApplicationField field={field} shown={shown} />
        </Fragment>
      ))}
      {firstConsent === -1 ? terms : null}
      <div className="trap" aria-hidden="true">
        <label htmlFor={TRAP_FIELD}>Leave this field empty</label>
        <input id={TRAP_FIELD} name={TRAP_FIELD} type="text" tabIndex={-1} autoComplete="off" />
      </div>
      <input type="hidden" name={REVISION_FIELD} value={revision} />
      <button type="submit">{submitLabel}</button>
    </form>
  );
}

function TermsLink({ url }: { readonly url: string }): ReactElement {
  return (
    <p className="terms">
      Please read the{' '}
      <a href={url} target="_blank" rel="noopener noreferrer">
        terms of this programme (opens in a new tab)
      </a>
      .
    </p>
  );
}
