import type { ReactElement } from 'react';

import { ErrorSummary, type FieldFault } from '../../pages/error-summary.js';
import { PageLayout } from '../../pages/page-layout.js';
import { faultOf } from './form-attempt.js';
import { NewPasswordField } from './new-password-field.js';

export interface ResetPageProps {
  readonly token: string;
  readonly email: string;
  readonly faults?: readonly FieldFault[];
}

export function ResetPage({ token, email, faults = [] }: ResetPageProps): ReactElement {
  return (
    <PageLayout title="Set a new password">
      <p>
        For <strong>{email}</strong>. Everywhere you are signed in now, you will have to sign in again.
      </p>
      <ErrorSummary faults={faults} />
      <form method="post" action={`/account/reset/${token}`}>
        <input type="hidden" name="username" value={email} autoComplete="username" />
        <NewPasswordField error={faultOf(faults, 'password')} />
        <button type="submit">Set password</button>
      </form>
    </PageLayout>
  );
}
