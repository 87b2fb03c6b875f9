import type { ReactElement } from 'react';

import { ErrorSummary, type FieldFault } from '../../pages/error-summary.js';
import { FormField } from '../../pages/form-field.js';
import { PageLayout } from '../../pages/page-layout.js';
import { faultOf } from './form-attempt.js';

export interface ForgotPageProps {
  readonly email?: string;
  readonly faults?: readonly FieldFault[];
}

export function ForgotPage({ email = '', faults = [] }: ForgotPageProps): ReactElement {
  return (
    <PageLayout title="Forgot your password?">
      <ErrorSummary faults={faults} />
      <form method="post" action="/account/forgot">
        <FormField
          name="email"
          label="E-mail address"
          type="email"
          autoComplete="username"
          value={email}
          error={faultOf(faults, 'email')}
        />
        <button type="submit">Send me a link</button>
      </form>
      <p>
        <a href="/account/sign-in">Back to sign-in</a>
      </p>
    </PageLayout>
  );
}
