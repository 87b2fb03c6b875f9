import { notFound, problem, ProblemException, type ProblemItem } from '@rekomi/http';
import { ERROR_CODES, isErrorCode, type ErrorCode } from '@rekomi/provider-contract';
import type { ConnectionProblem, ConnectionResult } from '@rekomi/sync';

/** The value of a result, or its problem as an answer of the API. */
export function valueOf<T>(result: ConnectionResult<T>, connectionId = ''): T {
  if (result.ok) return result.value;
  throw problemAnswer(result.problem, connectionId);
}

function problemAnswer(found: ConnectionProblem, connectionId: string): ProblemException {
  switch (found.reason) {
    case 'not_found':
      return notFound('connection', connectionId);
    case 'provider_unknown': {
      const detail = `No provider has the slug ${JSON.stringify(found.provider.slice(0, 100))}. GET /v1/providers lists them.`;
      return problem('validation_failed', {
        detail,
        errors: [{ pointer: '#/provider', code: 'provider_unknown', detail }],
      });
    }
    case 'invalid':
      return invalid(found.errors);
    case 'account_connected':
      return problem('already_exists', {
        detail: `This vendor account is connected already: "${found.label}" (${found.connectionId}). Twice would write every contact twice.`,
      });
    case 'other_account':
      return problem('unprocessable', {
        detail: found.detail,
        errors: [{ pointer: '#/credentials', code: 'other_account', detail: found.detail }],
      });
    case 'state':
      return problem('state_conflict', { detail: found.detail });
    case 'changed_meanwhile':
      return problem('state_conflict', {
        detail:
          'Somebody else changed the connection while the vendor was asked, so nothing was stored. Repeat the request.',
      });
    case 'under_way':
      return problem('idempotency_key_in_use', {
        detail:
          'The same request was sent a moment ago and may still reach the vendor. Repeat it with the same key in a quarter of a minute.',
        headers: { 'retry-after': '15' },
      });
    case 'unsupported':
      return problem('unprocessable', { detail: found.detail });
    case 'vendor':
      return refusedByVendor(found);
  }
}

function invalid(errors: readonly ProblemItem[]): ProblemException {
  const [first] = errors;
  if (first !== undefined && errors.length === 1 && isErrorCode(first.code)) {
    return new ProblemException({ ...textOf(first.code), status: 422, detail: first.detail, errors });
  }
  return problem('validation_failed', {
    detail: `Not acceptable: ${errors.map((one) => one.pointer ?? one.code).join(', ')}.`,
    errors,
  });
}

function refusedByVendor(found: Extract<ConnectionProblem, { reason: 'vendor' }>): ProblemException {
  const { code, vendorMessage, credentials = [], checks = [] } = found;
  const { cause, party } = ERROR_CODES[code];
  const words = vendorMessage === undefined ? '' : ` The vendor’s words: ${vendorMessage}`;
  const errors = credentials.map((name) => {
    const check = checks.find((one) => one.credentials.includes(name) && one.result !== 'valid');
    return { pointer: `#/credentials/${name}`, code: check?.code ?? code, detail: check?.detail ?? cause };
  });
  const seconds =
    found.until === undefined ? 1 : Math.max(1, Math.ceil((found.until.getTime() - Date.now()) / 1000));
  const throttled = code === 'vendor_throttled';
  return new ProblemException({
    ...textOf(code),
    // The caller's to mend: 422. A vendor that wants patience: 503. One that gave no usable answer: 502.
    status: throttled ? 503 : party === 'vendor' ? 502 : 422,
    detail: `${cause}${words}`,
    ...(errors.length === 0 ? {} : { errors }),
    ...(throttled ? { headers: { 'retry-after': String(seconds) } } : {}),
  });
}

function textOf(code: ErrorCode) {
  const { title, cause, fix } = ERROR_CODES[code];
  return { code, title, why: cause, fix };
}
