import { setTimeout as pause } from 'node:timers/promises';

import type { Answer } from '../../support/api.js';

const AGAIN_AFTER_MS = 150;
/** No server stays away for so long; whoever still asks then has found a server that never answers. */
const GIVE_UP_AFTER_MS = 180_000;

/** `asked` is how often it took. */
export type SteadyAnswer<Body> =
  | { readonly kind: 'answered'; readonly answer: Answer<Body>; readonly asked: number }
  | { readonly kind: 'walked away' };

/**
 * Asks as a good client does: the same request with the same key, until there is an answer that says something about the
 * request itself.
 *
 * @param patient asked after a failure; false walks away without ever knowing what became of the request
 * @throws Error when the product answers 500, or not at all for minutes: both are bugs
 */
export async function steadily<Body>(
  call: () => Promise<Answer<Body>>,
  patient: () => boolean,
): Promise<SteadyAnswer<Body>> {
  const since = performance.now();
  for (let asked = 1; ; asked += 1) {
    const answer = await call().catch(() => undefined);
    if (answer !== undefined && !passes(answer)) return { kind: 'answered', answer, asked };
    if (answer?.status === 500) throw new Error(`The API answered 500: ${JSON.stringify(answer.body)}`);
    if (performance.now() - since > GIVE_UP_AFTER_MS)
      throw new Error(`No answer within minutes; the last was ${answer?.status ?? 'none'}.`);
    if (!patient()) return { kind: 'walked away' };
    await pause(AGAIN_AFTER_MS);
  }
}

/** 409 with this code: the first request with the key is still under way. */
function passes({ status, body }: Answer<unknown>): boolean {
  if (status >= 500) return true;
  const code = (body as { readonly code?: string } | undefined)?.code;
  return status === 429 || (status === 409 && code === 'idempotency_key_in_use');
}
