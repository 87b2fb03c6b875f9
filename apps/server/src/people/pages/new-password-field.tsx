import { PASSWORD_LENGTH } from '@rekomi/identity';
import type { ReactElement } from 'react';

import { FormField } from '../../pages/form-field.js';

/** Where somebody chooses a password. The browser’s own length check is left to the server, which counts differently. */
export function NewPasswordField({ error }: { readonly error?: string | undefined }): ReactElement {
  return (
    <FormField
      name="password"
      label="Password"
      type="password"
      autoComplete="new-password"
      hint={`At least ${PASSWORD_LENGTH.least} characters. A few unrelated words are strong and easy to remember.`}
      error={error}
    />
  );
}
