import type { ErrorCode } from './error-codes.js';
import type { Failure, Misconfigured, Outcome, Refused, Unavailable } from './outcome.js';

/** What a vendor said along with a no. */
export interface VendorWords {
  readonly status?: number;
  /** Never empty, see `shortened`. */
  readonly vendorMessage?: string;
}

/** The vendor's words alone, of anything that holds more; no key without a value. */
export function wordsOf({ status, vendorMessage }: VendorWords): VendorWords {
  return { ...(status === undefined ? {} : { status }), ...saidBy({ vendorMessage }) };
}

/** As `wordsOf`, without the status. */
export function saidBy({ vendorMessage }: { readonly vendorMessage?: string | undefined }): {
  readonly vendorMessage?: string;
} {
  return vendorMessage === undefined || vendorMessage === '' ? {} : { vendorMessage };
}

/** A success status without what was asked for in it, or an answer that nobody knows: no positive sign, so no success. */
export function unknownAnswer(status?: number): Unavailable {
  return {
    kind: 'unavailable',
    code: 'answer_unknown',
    ...wordsOf({ ...(status === undefined ? {} : { status }) }),
  };
}

/** The vendor will not take this. */
export function refused(code: ErrorCode, words: VendorWords = {}, field?: string): Refused {
  return { kind: 'refused', code, ...wordsOf(words), ...(field === undefined ? {} : { field }) };
}

/** The vendor refused a request about several and named nobody; what it said is said of each. */
export function refusedTogether(refusal: Refused): Refused {
  const { field: _, ...rest } = refusal;
  return { ...rest, wholeBatch: true };
}

/**
 * The audience that the connection or a campaign names is not there (any more).
 *
 * @param audience its id, where the answer tells which one of several it is.
 */
export function audienceMissing(words: VendorWords = {}, audience?: string): Misconfigured {
  return {
    kind: 'misconfigured',
    code: 'audience_missing',
    setting: 'audience',
    ...wordsOf(words),
    ...(audience === undefined ? {} : { audience }),
  };
}

/** A no about a contact, where nothing but its words tells whether the address is at fault. */
export function contactRefused(words: VendorWords, field?: string): Refused {
  return /e-?mail/i.test(words.vendorMessage ?? '')
    ? refused('email_invalid', words, field)
    : refused('contact_refused', words);
}

/**
 * Whether it is a failure of the way to the vendor, which the next request would meet as well. The others are about one
 * contact, one tag or one audience.
 */
export function endsTheCall(failure: Pick<Outcome, 'kind'> | undefined): boolean {
  return (
    failure !== undefined && ['throttled', 'unavailable', 'ambiguous', 'unauthorised'].includes(failure.kind)
  );
}

/** The failure, if it is one that the next request would meet as well. */
export function wayFailure(outcome: Outcome | undefined): Failure | undefined {
  return endsTheCall(outcome) ? (outcome as Failure) : undefined;
}

/** For what stood behind a failure in a bulk call: the same where it holds for everyone, otherwise "not sent yet". */
export function notSent(stopped: Failure): Failure {
  if (stopped.kind === 'throttled' || stopped.kind === 'unauthorised') return stopped;
  const vendorMessage = `After ${stopped.code} nothing more was sent.`;
  return { kind: 'unavailable', code: 'send_withheld', vendorMessage };
}
