import {
  failed,
  isObject,
  plainText,
  refused,
  saidBy,
  shortened,
  throttled,
  unanswered,
  unknownAnswer,
  within,
  type Answered,
  type ErrorCode,
  type Failure,
  type JsonObject,
  type Refused,
  type VendorAnswer,
} from '@rekomi/provider-contract';
import { brevoManifest } from './brevo.manifest.js';

/** The vendor said no to what was asked; what that means depends on the call. */
export interface Declined {
  readonly kind: 'declined';
  readonly status: number;
  /** The vendor's own code; it may be missing. */
  readonly code: string;
  readonly vendorMessage?: string;
}

export type Reading =
  | { readonly kind: 'ok'; readonly status: number; readonly body: JsonObject }
  | Declined
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * What keeps everybody out, by status and code: 402 is a plan without credits, 403 the plan or an account that Brevo still
 * looks at. https://developers.brevo.com/docs (status and error codes), 2026-11.
 */
function accountFault(status: number, code: string, message: string): ErrorCode | undefined {
  switch (status) {
    case 401:
      // A valid key from an address that the account does not know. https://developers.brevo.com/docs/ip-security, 2026-11.
      return /unrecogni[sz]ed|authori[sz]ed[_ ]ips|\bip\b/i.test(message)
        ? 'address_blocked'
        : 'credentials_rejected';
    case 402:
      return 'account_inactive';
    case 403:
      return code === 'account_under_validation' ? 'account_inactive' : 'right_missing';
    default:
      return undefined;
  }
}

export function readAnswer(
  answer: VendorAnswer,
  { family, now, harmless }: { readonly family: string; readonly now: number; readonly harmless: boolean },
): Reading {
  if (answer.kind !== 'answered') return failed(unanswered(answer, family, { harmless }));
  const { status, text } = answer;
  const body = isObject(answer.body) ? answer.body : undefined;
  const words = wordsIn(answer);
  const unavailable = (code: ErrorCode): Reading => failed({ kind: 'unavailable', code, status, ...words });
  if (status === 429)
    return failed(throttled(answer, family, now, words.vendorMessage, brevoManifest.resetHeaders));
  if (body === undefined && text.trim() !== '') return unavailable('vendor_unreadable');
  if (status === 408) return unavailable('vendor_timeout');
  if (status >= 500) return unavailable('vendor_error');
  if (status >= 200 && status < 300) {
    // What was made or done is told without a body; what was asked for never is.
    const complete = harmless ? status === 200 && body !== undefined : true;
    return complete ? { kind: 'ok', status, body: body ?? {} } : unavailable('answer_unknown');
  }
  const code = typeof body?.code === 'string' ? body.code : '';
  // Something of the vendor's own has to stand in it; an empty object is a proxy's.
  if (code === '' && words.vendorMessage === undefined) return unavailable('answer_unknown');
  const fault = accountFault(status, code, words.vendorMessage ?? '');
  if (fault !== undefined)
    return failed({ kind: 'unauthorised', code: fault, credential: 'apiKey', status, ...words });
  if (status !== 400 && status !== 404) return unavailable('answer_unknown');
  return { kind: 'declined', status, code, ...words };
}

/** An address that the vendor does not take is the one refusal of a contact that its words tell apart. */
export function contactRefusal({ code, ...words }: Declined): Refused {
  if (code === 'duplicate_parameter') return refused('identifier_conflict', words);
  return isAboutAddress(words.vendorMessage)
    ? refused('email_invalid', words, 'email')
    : refused('contact_refused', words);
}

export function isAboutAddress(vendorMessage = ''): boolean {
  return /e-?mail/i.test(vendorMessage) && !/\blist/i.test(vendorMessage);
}

/** What a call that needs a certain status came to. */
export function failureOf(
  reading: Reading,
  refusal: (declined: Declined) => Failure = contactRefusal,
): Failure {
  switch (reading.kind) {
    case 'ok':
      return unknownAnswer(reading.status);
    case 'declined':
      return refusal(reading);
    case 'failed':
      return reading.failure;
  }
}

function wordsIn(answer: Answered): { readonly vendorMessage?: string } {
  const { message } = within(answer.body);
  return saidBy({ vendorMessage: shortened(typeof message === 'string' ? message : plainText(answer)) });
}
