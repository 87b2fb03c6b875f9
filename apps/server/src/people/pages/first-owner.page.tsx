import type { ReactElement } from 'react';

import { ErrorSummary, type FieldFault } from '../../pages/error-summary.js';
import { FormField } from '../../pages/form-field.js';
import { PageLayout } from '../../pages/page-layout.js';
import { faultOf } from './form-attempt.js';
import { NewPasswordField } from './new-password-field.js';

export interface FirstOwnerPageProps {
  readonly token: string;
  readonly organizationName: string;
  readonly name?: string;
  readonly email?: string;
  readonly faults?: readonly FieldFault[];
}

export function FirstOwnerPage(props: FirstOwnerPageProps): ReactElement {
  const { token, organizationName, name = '', email = '', faults = [] } = props;
  return (
    <PageLayout title="Welcome" from={organizationName}>
      <p>
        Nobody owns {organizationName} yet. Whoever fills this in becomes its owner; after that this link is
        dead.
      </p>
      <ErrorSummary faults={faults} />
      <form method="post" action={`/account/first/${token}`}>
        <FormField
          name="name"
          label="Your name"
          autoComplete="name"
          maxLength={200}
          value={name}
          error={faultOf(faults, 'name')}
        />
        <FormField
          name="email"
          label="E-mail address"
          type="email"
          autoComplete="username"
          value={email}
          error={faultOf(faults, 'email')}
        />
        <NewPasswordField error={faultOf(faults, 'password')} />
        <button type="submit">Become owner</button>
      </form>
    </PageLayout>
  );
}
