import { ERROR_CODES, type CredentialCheck, type Right, type Verification } from '@rekomi/provider-contract';

import { denied, granted, type ConnectionResult } from './connection-problem.js';
import { problemOfVerification } from './vendor-problem.js';

/** What a connection can be built on. */
export interface OpenedAccount {
  readonly account: { readonly id?: string; readonly name?: string };
  readonly region?: string;
  readonly rights: readonly Right[];
  readonly checks: readonly CredentialCheck[];
  /** What the merchant has to know of it. */
  readonly warnings: readonly string[];
}

/**
 * The account that credentials open: those that the vendor accepted, and those that it has no way of judging without
 * writing something, which is said. A problem for credentials that were rejected, and where the vendor could not be asked.
 */
export function openedAccount(verification: Verification): ConnectionResult<OpenedAccount> {
  switch (verification.kind) {
    case 'valid':
      return granted({ ...verification, warnings: [] });
    case 'untestable': {
      const { title, fix } = ERROR_CODES[verification.code];
      return granted({
        account: {},
        rights: [],
        checks: verification.checks,
        warnings: [`${title}. ${fix}`],
      });
    }
    case 'rejected':
    case 'unreachable':
      return denied(problemOfVerification(verification));
  }
}
