import type { ProviderAccess } from './access.js';
import { saidBy } from './failures.js';
import type { Failure } from './outcome.js';
import type { Verification } from './verification.js';

/** The verification of a connection that lacks some of these credentials; undefined when it has all. */
export function lacking(access: ProviderAccess, credentials: readonly string[]): Verification | undefined {
  const missing = credentials.filter((name) => !access.has(name));
  const code = 'credential_missing';
  return missing.length === 0
    ? undefined
    : {
        kind: 'rejected',
        code,
        credentials: missing,
        checks: [{ credentials: missing, result: 'missing', code }],
      };
}

/** The vendor said no to these credentials. `detail` says in words for the merchant what is wrong with them. */
export function rejected(
  { code, vendorMessage }: Pick<Failure, 'code' | 'vendorMessage'>,
  credentials: readonly string[],
  detail?: string,
): Verification {
  const words = { code, ...saidBy({ vendorMessage }) };
  const check = {
    credentials,
    result: 'rejected',
    ...words,
    ...(detail === undefined ? {} : { detail }),
  } as const;
  return { kind: 'rejected', ...words, credentials, checks: [check] };
}

/** No usable answer came, which says nothing about the credentials. */
export function unreachable(
  { code, vendorMessage }: Pick<Failure, 'code' | 'vendorMessage'>,
  credentials: readonly string[],
): Verification {
  const words = { code, ...saidBy({ vendorMessage }) };
  return { kind: 'unreachable', ...words, checks: [{ credentials, result: 'unreachable', ...words }] };
}

/** What a failed call says about the credentials: only an `unauthorised` is a no. */
export function verificationOf(
  failure: Failure,
  credentials: readonly string[],
  detail?: string,
): Verification {
  return failure.kind === 'unauthorised'
    ? rejected(failure, credentials, detail)
    : unreachable(failure, credentials);
}
