import type { ReactElement } from 'react';

import { PageLayout } from '../../pages/page-layout.js';
import { CsrfField } from './csrf-field.js';

export function SignOutPage({ csrfToken }: { readonly csrfToken: string }): ReactElement {
  return (
    <PageLayout title="Sign out">
      <form method="post" action="/account/sign-out">
        <CsrfField token={csrfToken} />
        <button type="submit">Sign out</button>
      </form>
      <p>
        <a href="/account">Stay signed in</a>
      </p>
    </PageLayout>
  );
}
