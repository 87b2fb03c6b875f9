import { isDeepStrictEqual } from 'node:util';
import type { VendorAnswer } from '@rekomi/provider-contract';
import { FALSE_BODIES, type FalseBody } from '@rekomi/vendor-emulation';

/** An answer that the vendor never gave. */
export interface FalseAnswer {
  readonly status: number;
  readonly body: FalseBody;
  /** As the sandbox calls it. */
  readonly fault: string;
  readonly title: string;
}

const SUCCESSES: readonly (readonly [number, readonly FalseBody[]])[] = [
  [200, ['object', 'array', 'null', 'truncated', 'html', 'text', 'empty']],
  [202, ['object']],
  [204, ['empty']],
  [207, ['object', 'array']],
];
const OTHERS = [301, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503, 520];

/** Statuses and bodies in the combinations that proxies, firewalls and maintenance pages bring about. */
export const FALSE_ANSWERS: readonly FalseAnswer[] = [
  ...SUCCESSES.flatMap(([status, bodies]) => bodies.map((body) => falseAnswer(status, body))),
  ...OTHERS.flatMap((status) =>
    (['object', 'html', 'empty'] as const).map((body) => falseAnswer(status, body)),
  ),
];

function falseAnswer(status: number, body: FalseBody): FalseAnswer {
  const text = body === 'empty' ? 'an empty body' : `the body ${FALSE_BODIES[body].text.slice(0, 24).trim()}`;
  return { status, body, fault: `answer;${status}:${body}`, title: `${status} with ${text}` };
}

/**
 * Whether the false answer cannot be told from the vendor's own success: a 2xx with the same body, or the vendor's list
 * without anything in it.
 */
export function bodyIsTheVendors(answer: FalseAnswer, own: VendorAnswer | undefined): boolean {
  if (own?.kind !== 'answered' || answer.status < 200 || answer.status > 299 || own.status > 299)
    return false;
  const text = answer.status === 204 ? '' : FALSE_BODIES[answer.body].text;
  // Where the vendor says nothing beyond its status, the status is the sign.
  if (own.text.trim() === '') return text.trim() === '' || (own.status === answer.status && text === '{}');
  if (answer.status === 207 && own.status !== 207) return false;
  if (answer.body === 'array' && Array.isArray(own.body)) return true;
  if (own.text === text) return true;
  return answer.body === 'object' && isDeepStrictEqual(own.body, {});
}
