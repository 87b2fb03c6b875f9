import type { Failure, Verification } from '@rekomi/provider-contract';

import type { ConnectionProblem } from './connection-problem.js';

/** What a failed call that a person waited for is told as. */
export function problemOf(failure: Failure): ConnectionProblem {
  return {
    reason: 'vendor',
    code: failure.code,
    ...(failure.vendorMessage === undefined ? {} : { vendorMessage: failure.vendorMessage }),
    ...(failure.kind === 'unauthorised' && failure.credential !== undefined
      ? { credentials: [failure.credential] }
      : {}),
    ...(failure.kind === 'throttled' && failure.until !== undefined ? { until: failure.until } : {}),
  };
}

/** What a verification that did not succeed is told as. */
export function problemOfVerification(
  verification: Exclude<Verification, { kind: 'valid' }>,
): ConnectionProblem {
  return {
    reason: 'vendor',
    code: verification.code,
    checks: verification.checks,
    ...('vendorMessage' in verification ? { vendorMessage: verification.vendorMessage } : {}),
    ...(verification.kind === 'rejected' ? { credentials: verification.credentials } : {}),
  };
}
