import {
  anyObject,
  objectsIn,
  plainText,
  readAnswer as sorted,
  textIn,
  within,
  type Answered,
  type AnswerTable,
  type Declined,
  type Reading,
  type VendorAnswer,
} from '@rekomi/provider-contract';
import { beehiivManifest } from './beehiiv.manifest.js';

/** Codes in the body are not documented, so only statuses count. */
const TABLE: AnswerTable = {
  credential: 'apiKey',
  resetHeaders: beehiivManifest.resetHeaders,
  words: wordsIn,
  meanings: [
    { status: 401, kind: 'unauthorised', code: 'credentials_rejected' },
    { status: 403, kind: 'unauthorised', code: 'right_missing' },
    { status: 408, kind: 'unavailable', code: 'vendor_timeout' },
  ],
  declines: [400, 404, 409, 422],
  isOwnNo: ({ errors, statusText }) =>
    textIn(statusText) !== undefined ||
    objectsIn(errors).some(({ message, code }) => (textIn(message) ?? textIn(code)) !== undefined),
  success: (answer) => {
    const { errors } = within(answer.body);
    return Array.isArray(errors) && errors.length > 0 ? 'declined' : anyObject(answer);
  },
};

export function readAnswer(answer: VendorAnswer, now: number, harmless: boolean): Reading {
  return sorted(answer, { family: 'api', now, harmless }, TABLE);
}

export function isTagLimit({ vendorMessage = '' }: Declined): boolean {
  return /limit|maximum|too many|\b100\b/i.test(vendorMessage);
}

/**
 * Where a subscription stands. `out` cannot be raised by anything a sync does: `inactive` unsubscribed, `paused` took a
 * break, `invalid` and `needs_attention` are held back by the vendor. So is a status that we do not know.
 */
export function standingOf(status: string): 'in' | 'confirming' | 'out' {
  if (status === 'active' || status === 'validating') return 'in';
  return status === 'pending' ? 'confirming' : 'out';
}

/** `{"status":400,"statusText":"…","errors":[{"message":"…","code":"…"}]}` */
function wordsIn(answer: Answered): string {
  const messages = objectsIn(within(answer.body).errors).flatMap(({ message }) => textIn(message) ?? []);
  return messages.length > 0 ? messages.join('; ') : plainText(answer);
}
