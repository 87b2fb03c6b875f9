import type { ReactElement } from 'react';

/** Name of the hidden field that proves a form to be made for a session. */
export const CSRF_FIELD = '_csrf';

export function CsrfField({ token }: { readonly token: string }): ReactElement {
  return <input type="hidden" name={CSRF_FIELD} value={token} />;
}
