import type { LaneNext, PendingDelivery, Settlement } from './delivery.js';

/** A lane that somebody looked at, none of whose deliveries is on its way. */
export interface StuckLane {
  /** It waits behind a refused contact, not for a time. */
  readonly held: boolean;
  /** Whether the ledger shows the contact at the vendor. */
  readonly present: boolean;
  /** Consecutive failed attempts of what stands first. */
  readonly attempts: number;
  /** Everything that is pending, oldest first. */
  readonly pending: readonly PendingDelivery[];
  /** Milliseconds until the contact has to be written once more; absent when it need not be. */
  readonly rewriteInMs?: number;
}

export interface Skip {
  readonly settlements: readonly Settlement[];
  readonly next: LaneNext;
  /** The contact was to be written, and is not. */
  readonly contactSkipped: boolean;
}

/**
 * What skipping does, so that what waits behind goes on:
 *
 * - Where the contact's own write is refused or stuck, that write is given up. If the contact is at the vendor from before,
 *   its events go on. If it is not, the events up to the next contact delivery are given up with it: an event must not
 *   create a profile.
 * - Where an event is stuck, that event is given up.
 */
export function planSkip(lane: StuckLane, note: string | undefined): Skip {
  const { held, present, pending } = lane;
  const contacts = held ? [] : pending.filter(({ kind }) => kind === 'contact');
  const aboutContact = held || contacts.length > 0 || !present;
  const given = aboutContact ? [...contacts, ...(present ? [] : eventsInTheWay(lane))] : pending.slice(0, 1);
  const settlements = given.map((delivery): Settlement => ({
    delivery,
    state: 'discarded',
    code: 'skipped_by_hand',
    ...(note === undefined ? {} : { detail: note }),
    attempts: delivery === pending[0] ? lane.attempts : 0,
  }));
  const left = pending.length - given.length;
  return { settlements, next: nextOf(lane, left), contactSkipped: contacts.length > 0 };
}

/** All of them, where the contact's write goes too; of a held lane those before a newer contact delivery. */
function eventsInTheWay({ held, pending }: StuckLane): readonly PendingDelivery[] {
  const newer = held ? pending.findIndex(({ kind }) => kind === 'contact') : -1;
  return pending.slice(0, newer < 0 ? pending.length : newer).filter(({ kind }) => kind === 'event');
}

function nextOf({ rewriteInMs }: StuckLane, left: number): LaneNext {
  if (left === 0 && rewriteInMs === undefined) return { kind: 'done' };
  const inMs = left > 0 ? 0 : Math.max(0, rewriteInMs ?? 0);
  return { kind: 'due', inMs, attempts: 0, failing: false };
}
