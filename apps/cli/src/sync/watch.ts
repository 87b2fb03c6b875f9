import { setTimeout as sleep } from 'node:timers/promises';

import type { ApiClient } from '../api/api-client.js';
import type { Connection, Totals } from '../api/answers.js';
import type { Progress } from '../terminal/progress.js';

export interface Watching {
  readonly connectionId: string;
  /** Counters from before the work began. */
  readonly before: Totals;
  /** Gives up after that long, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Milliseconds between two looks. */
  readonly everyMs?: number;
  /**
   * Whether our own people are settled. Asked when little is left on its way, because follow-ups (a field that is
   * added after a look-up) trickle in for a while.
   */
  readonly ourselvesSettled?: () => Promise<boolean>;
}

/** Why the watching ended. */
export type WatchEnd =
  | { readonly kind: 'settled' }
  | { readonly kind: 'timeout' }
  /** The connection stands still and nobody but a person can change that. */
  | { readonly kind: 'stopped'; readonly state: string; readonly why: string };

/** Contacts on their way. */
const FEW = 20;
const STANDING_STILL = new Set(['paused', 'auth_error', 'needs_attention', 'disconnecting', 'disabled']);

/** Looks until nothing is on its way any more: settled, or held until something changes. */
export async function watch(api: ApiClient, watching: Watching, progress: Progress): Promise<WatchEnd> {
  const { connectionId, before, signal } = watching;
  const deadline = performance.now() + watching.timeoutMs;
  try {
    for (;;) {
      const [connection, totals] = await Promise.all([
        api.get<Connection>(`connections/${connectionId}`),
        api.get<Totals>(`connections/${connectionId}/totals`),
      ]);
      progress.show({ ...advance(before, totals), note: noteOf(connection) });
      if (isQuiet(connection)) return { kind: 'settled' };
      if (STANDING_STILL.has(connection.state)) {
        const why = connection.reason?.fix ?? connection.stateDetail ?? '';
        return { kind: 'stopped', state: connection.state, why };
      }
      if (isNearlyQuiet(connection) && (await watching.ourselvesSettled?.()) === true)
        return { kind: 'settled' };
      if (performance.now() > deadline) return { kind: 'timeout' };
      await sleep(watching.everyMs ?? 500, undefined, { signal });
    }
  } finally {
    progress.stop();
  }
}

/** Counted from the beginning of the run: what was open before it is none of its work. */
export function advance(before: Totals, now: Totals): { readonly done: number; readonly total: number } {
  const total = now.conservation.created - before.conservation.created;
  const left = Math.max(0, now.conservation.open - before.conservation.open);
  return { done: Math.max(0, total - left), total };
}

/** Held contacts are not among the pending ones: they wait for a person. */
export function isQuiet({ pending }: Pick<Connection, 'pending'>): boolean {
  return pending.count === 0;
}

function isNearlyQuiet({ pending }: Connection): boolean {
  return !pending.atLeast && pending.count <= FEW;
}

function noteOf({ held, state }: Connection): string {
  const notes = [
    held.count === 0 ? undefined : `${held.count}${held.atLeast ? '+' : ''} held`,
    state === 'rate_limited' ? 'the vendor asks for patience' : undefined,
  ];
  return notes.filter((note) => note !== undefined).join(', ');
}
