import type { Invitation } from '@rekomi/programs';
import type { ReactElement } from 'react';

import { ErrorSummary, type FieldFault } from '../pages/error-summary.js';
import { FieldNotes, FormField, describedBy } from '../pages/form-field.js';
import { PageLayout } from '../pages/page-layout.js';

export interface InvitationPageProps {
  readonly invitation: Invitation;
  /** What was sent, when it comes back. */
  readonly sent?: { readonly firstName: string; readonly lastName: string; readonly agreed: boolean };
  readonly faults?: readonly FieldFault[];
}

/** Behind a personal link. Opening it changes nothing; the button does. */
export function InvitationPage({ invitation, sent, faults = [] }: InvitationPageProps): ReactElement {
  const { campaign, organization, description, termsUrl, wording, email } = invitation;
  const fault = (field: string): string | undefined => faults.find((one) => one.field === field)?.message;
  return (
    <PageLayout title={`You are invited to ${campaign}`} from={organization}>
      {description === null ? null : <p>{description}</p>}
      <ErrorSummary faults={faults} />
      <form method="post" noValidate acceptCharset="utf-8">
        <p>
          The invitation is for <span className="code">{email}</span>.
        </p>
        <FormField
          name="firstName"
          label="First name"
          required={false}
          autoComplete="given-name"
          value={sent?.firstName ?? invitation.firstName ?? ''}
          error={fault('firstName')}
        />
        <FormField
          name="lastName"
          label="Last name"
          required={false}
          autoComplete="family-name"
          value={sent?.lastName ?? invitation.lastName ?? ''}
          error={fault('lastName')}
        />
        {termsUrl === null ? null : (
          <p>
            <a href={termsUrl} target="_blank" rel="noopener noreferrer">
              Terms of this programme (opens in a new tab)
            </a>
          </p>
        )}
        <div className={fault('agreed') === undefined ? 'field' : 'field wrong'}>
          <FieldNotes name="agreed" error={fault('agreed')} />
          <div className="choice">
            <input
              {...{ id: 'agreed', name: 'agreed', type: 'checkbox', value: 'yes', required: true }}
              defaultChecked={sent?.agreed === true}
              {...describedBy('agreed', undefined, fault('agreed'))}
            />
            <label htmlFor="agreed">{wording}</label>
          </div>
        </div>
        <button type="submit">Accept the invitation</button>
      </form>
      <p className="hint">
        The invitation works once, until {invitation.expiresAt.slice(0, 10)}. If you do not want it, close
        this page.
      </p>
    </PageLayout>
  );
}
