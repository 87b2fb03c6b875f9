import type { EntityManager } from 'typeorm';

import type { PendingDelivery } from '../core/delivery.js';
import { planSkip } from '../core/skipping.js';
import type { SyncOutbox } from '../ports.js';
import { releaseLanes, settle } from '../sql/complete.js';
import { lockLaneOf, type LockedLane } from './locked-lane.js';

/** Why a person can do nothing about a delivery. */
export type HandProblem =
  /** There is none of this organisation. */
  | 'not_found'
  /** It has come to its end. */
  | 'settled'
  /** A worker has it in hand at this moment. */
  | 'in_hand'
  /** It waits its turn; nothing of it has failed. */
  | 'not_stuck';

/** What became of a lane by hand. */
export interface ByHand {
  /** The connection or endpoint; wake it after the commit. */
  readonly targetId: string;
  /** It was so already: nothing was changed. */
  readonly unchanged: boolean;
  /** Given up. */
  readonly discarded: { readonly contacts: number; readonly events: number };
  /** Go on now. */
  readonly waiting: { readonly contacts: number; readonly events: number };
}

export type HandResult =
  { readonly ok: true; readonly value: ByHand } | { readonly ok: false; readonly problem: HandProblem };

/** Why a contact delivery came up that a person asked for. */
const CAUSE = 'released_by_hand';

const FREE = `UPDATE lane SET next_due_at = now() WHERE organization_id = $1 AND id = $2`;

const NOTE_SKIPPED = `
  UPDATE ledger SET state = 'discarded', code = 'skipped_by_hand', field = NULL, detail = $4, updated_at = now()
   WHERE organization_id = $1 AND connection_id = $2 AND contact_id = $3`;

/**
 * Lets a person end a wait: try again now, or give up what stands in the way. Works on the whole lane of a delivery,
 * because order is the lane's. In the caller's transaction; after its commit the target is to be woken.
 */
export class WaitingLanes {
  constructor(private readonly outbox: SyncOutbox) {}

  /** A held contact is written again; what waits for a time is due now. Attempts that failed stay counted. */
  async release(tx: EntityManager, organizationId: string, deliveryId: string): Promise<HandResult> {
    const lane = await this.stuck(tx, organizationId, deliveryId);
    if (typeof lane === 'string') return { ok: false, problem: lane };
    const waiting = countsOf(lane.pending);
    if (lane.heldCode === undefined) {
      if (!lane.isDue) await tx.query(FREE, [organizationId, lane.id]);
      return done(lane, { unchanged: lane.isDue, waiting });
    }
    await this.outbox.record(tx, organizationId, [
      { kind: 'contact', connectionId: lane.targetId, contactId: lane.subjectId, cause: CAUSE },
    ]);
    return done(lane, { waiting: { ...waiting, contacts: waiting.contacts + 1 } });
  }

  /** Gives up what stands in the way; see `planSkip`. The note stands with what was given up. */
  async skip(
    tx: EntityManager,
    organizationId: string,
    deliveryId: string,
    note?: string,
  ): Promise<HandResult> {
    const lane = await this.stuck(tx, organizationId, deliveryId);
    if (typeof lane === 'string') return { ok: false, problem: lane };
    const { attempts, pending, rewriteInMs } = lane;
    const { settlements, next, contactSkipped } = planSkip(
      {
        held: lane.heldCode !== undefined,
        // An endpoint knows nobody, so nobody has to be there first.
        present: lane.present || !lane.toConnection,
        attempts,
        pending,
        ...(rewriteInMs === undefined ? {} : { rewriteInMs }),
      },
      note,
    );
    const target = { organizationId, connectionId: lane.targetId };
    const claimed = { ...lane, contactId: lane.subjectId, failingForMs: 0 };
    const result = { lane: claimed, settlements, attempts: [], next, rewritten: false, findings: [] };
    await settle(tx, target, [result]);
    await releaseLanes(tx, target, null, [result]);
    if (contactSkipped)
      await tx.query(NOTE_SKIPPED, [organizationId, lane.targetId, lane.subjectId, note ?? null]);
    const given = new Set(settlements.map(({ delivery }) => delivery));
    return done(lane, {
      discarded: countsOf([...given]),
      waiting: countsOf(pending.filter((delivery) => !given.has(delivery))),
    });
  }

  private async stuck(
    tx: EntityManager,
    organizationId: string,
    deliveryId: string,
  ): Promise<LockedLane | HandProblem> {
    const lane = await lockLaneOf(tx, organizationId, deliveryId);
    if (lane === undefined)
      return (await isSettled(tx, organizationId, deliveryId)) ? 'settled' : 'not_found';
    if (lane.inHand) return 'in_hand';
    return lane.heldCode !== undefined || lane.failed ? lane : 'not_stuck';
  }
}

async function isSettled(tx: EntityManager, organizationId: string, deliveryId: string): Promise<boolean> {
  const rows: unknown[] = await tx.query(`SELECT 1 FROM history WHERE organization_id = $1 AND id = $2`, [
    organizationId,
    deliveryId,
  ]);
  return rows.length > 0;
}

function done(
  { targetId }: LockedLane,
  { unchanged = false, discarded = NONE, waiting }: Partial<ByHand> & Pick<ByHand, 'waiting'>,
): HandResult {
  return { ok: true, value: { targetId, unchanged, discarded, waiting } };
}

const NONE = { contacts: 0, events: 0 };

function countsOf(deliveries: readonly PendingDelivery[]): ByHand['waiting'] {
  const events = deliveries.filter(({ kind }) => kind === 'event').length;
  return { contacts: deliveries.length - events, events };
}
