import type { OpenInvitation } from '@rekomi/identity';
import type { ReactElement } from 'react';

import { ErrorSummary, type FieldFault } from '../../pages/error-summary.js';
import { FormField } from '../../pages/form-field.js';
import { PageLayout } from '../../pages/page-layout.js';
import { CsrfField } from './csrf-field.js';
import { faultOf } from './form-attempt.js';

export interface InvitationPageProps {
  readonly token: string;
  readonly invitation: OpenInvitation;
  /** Whoever is signed in in this browser. */
  readonly signedIn?: { readonly email: string; readonly csrfToken: string } | undefined;
  readonly name?: string;
  readonly faults?: readonly FieldFault[];
}

export function InvitationPage(props: InvitationPageProps): ReactElement {
  const { token, invitation, signedIn, faults = [] } = props;
  const { organizationName, invitedBy, role, email } = invitation;
  const matches = signedIn?.email.toLowerCase() === email.toLowerCase();
  return (
    <PageLayout title="You are invited" from={organizationName}>
      <p>
        {invitedBy} invites <strong>{email}</strong> to work on {organizationName}, as {role}.
      </p>
      <ErrorSummary faults={faults} />
      {signedIn !== undefined && !matches ? (
        <p>
          You are signed in as {signedIn.email}. Accepting signs you out there and in as {email}.
        </p>
      ) : null}
      <form method="post" action={`/account/invitation/${token}`}>
        {signedIn !== undefined && matches ? (
          <CsrfField token={signedIn.csrfToken} />
        ) : (
          <NewcomerFields name={props.name ?? ''} email={email} faults={faults} />
        )}
        <button type="submit">Accept</button>
      </form>
    </PageLayout>
  );
}

interface NewcomerFieldsProps {
  readonly name: string;
  readonly email: string;
  readonly faults: readonly FieldFault[];
}

/** The page does not say whether there is an account with the address: who has the link need not be who was invited. */
function NewcomerFields({ name, email, faults }: NewcomerFieldsProps): ReactElement {
  return (
    <>
      <input type="hidden" name="email" value={email} autoComplete="username" />
      <FormField
        name="name"
        label="Your name"
        autoComplete="name"
        maxLength={200}
        required={false}
        hint="Leave it empty if you have an account with this address."
        value={name}
        error={faultOf(faults, 'name')}
      />
      <FormField
        name="password"
        label="Password"
        type="password"
        hint="That of your account, or a new one of at least 10 characters: a few unrelated words are strong and easy to remember."
        error={faultOf(faults, 'password')}
      />
    </>
  );
}
