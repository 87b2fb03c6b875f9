// One step of a drain with the product's own statements and without a vendor: claim, read, then settle and let go, in two
// durable transactions. Everything that was claimed counts as delivered.
import { randomUUID } from 'node:crypto';

import { Watermark } from '../../libs/sync/dist/engine/watermark.js';
import { claimLanes, readLedger } from '../../libs/sync/dist/sql/claim.js';
import { releaseLanes, settle } from '../../libs/sync/dist/sql/complete.js';
import { holdDrain, openDrain } from '../../libs/sync/dist/sql/drain.js';

const EXCHANGE = {
  method: 'PUT',
  url: 'https://track.example.com/api/v1/customers/ada%40example.com',
  status: 200,
  request: '{"email":"ada@example.com","first_name":"Ada","last_name":"Lovelace","created_at":1700000000}',
  response: '{}',
};

export async function newDrain({ engine, target }) {
  const id = randomUUID();
  await engine.run(target.organizationId, (tx) =>
    openDrain(tx, target, { id, worker: 'bench', leaseMs: 86_400_000 }),
  );
  return { id, watermark: new Watermark() };
}

/**
 * @param seen called with the text of every statement and its shared buffers; doing so runs each statement twice
 * @returns lanes, deliveries, and milliseconds of the claim and of the whole step
 */
export async function drainStep({ engine, target }, drain, most, seen) {
  const { organizationId } = target;
  const started = performance.now();
  const claim = await engine.run(organizationId, async (given) => {
    const tx = seen === undefined ? given : counting(given, seen);
    await holdDrain(tx, organizationId, drain.id);
    const claimed = await claimLanes(tx, target, {
      drainId: drain.id,
      watermark: drain.watermark.start(),
      most,
    });
    const contacts = claimed.lanes.map(({ contactId }) => contactId);
    if (contacts.length > 0) await readLedger(tx, target, contacts);
    return claimed;
  });
  const claimMs = performance.now() - started;
  if (claim.watermarks !== undefined) drain.watermark.rise(claim.watermarks);
  const results = claim.lanes.map(delivered);
  if (results.length > 0)
    await engine.run(organizationId, async (given) => {
      const tx = seen === undefined ? given : counting(given, seen);
      await holdDrain(tx, organizationId, drain.id);
      await settle(tx, target, results);
      await releaseLanes(tx, target, drain.id, results);
    });
  return {
    lanes: results.length,
    deliveries: claim.lanes.reduce((sum, { pending }) => sum + pending.length, 0),
    claimMs,
    stepMs: performance.now() - started,
  };
}

function delivered(lane) {
  return {
    lane,
    settlements: lane.pending.map((delivery) => ({ delivery, state: 'delivered', attempts: 1 })),
    attempts: lane.pending.slice(0, 1).map(({ id }) => ({
      deliveryId: id,
      number: 1,
      outcome: 'accepted',
      durationMs: 12,
      exchanges: [EXCHANGE],
    })),
    ledger: {
      present: true,
      state: 'delivered',
      warnings: [],
      written: { vendorId: lane.contactId },
      writtenFingerprint: 'bench',
      deferred: [],
      wrote: true,
      confirmed: false,
    },
    next: { kind: 'done' },
    rewritten: true,
    findings: [],
  };
}

function counting(tx, seen) {
  return {
    async query(sql, parameters) {
      await tx.query('SAVEPOINT explained');
      const [row] = await tx.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`, parameters);
      await tx.query('ROLLBACK TO explained');
      seen(sql, buffersOf(row['QUERY PLAN']));
      return tx.query(sql, parameters);
    },
  };
}

/** Shared buffers that a plan touched. */
export function buffersOf(plan) {
  const [{ Plan }] = plan;
  return Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks'];
}
