import type { ReactElement } from 'react';

import { ErrorSummary, type FieldFault } from '../../pages/error-summary.js';
import { FormField } from '../../pages/form-field.js';
import { PageLayout } from '../../pages/page-layout.js';
import { faultOf } from './form-attempt.js';

export interface SignInPageProps {
  readonly email?: string;
  readonly faults?: readonly FieldFault[];
  /** Good news from where the person comes from. */
  readonly notice?: string | undefined;
}

export function SignInPage({ email = '', faults = [], notice }: SignInPageProps): ReactElement {
  return (
    <PageLayout title="Sign in">
      {notice === undefined ? null : <p role="status">{notice}</p>}
      <ErrorSummary faults={faults} />
      <form method="post" action="/account/sign-in">
        <FormField
          name="email"
          label="E-mail address"
          type="email"
          autoComplete="username"
          value={email}
          error={faultOf(faults, 'email')}
        />
        <FormField
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          error={faultOf(faults, 'password')}
        />
        <button type="submit">Sign in</button>
      </form>
      <p>
        <a href="/account/forgot">I forgot my password</a>
      </p>
    </PageLayout>
  );
}
