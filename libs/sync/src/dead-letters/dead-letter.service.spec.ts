import { randomUUID } from 'node:crypto';

import { connectionTotals } from '../reading/connection-totals.js';
import { contactOf, eventOf, TableBench } from '../sql/testing/table-bench.js';
import { deliveredAll } from '../sql/testing/table-bench.js';
import { releaseLanes, settle } from '../sql/complete.js';
import type { DeadLetterFilter } from './dead-letter-query.js';
import { DeadLetterService } from './dead-letter.service.js';

let bench: TableBench;
const service = new DeadLetterService();
beforeAll(async () => {
  bench = await TableBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.clear());

const list = (filter: Partial<DeadLetterFilter> = {}, page: { limit?: number; after?: string } = {}) =>
  bench.run((tx) =>
    service.list(tx, bench.ours.organizationId, { discarded: false, ...filter }, { limit: 50, ...page }),
  );
const discard = (deliveryIds: readonly string[], tenant = bench.ours) =>
  bench.run(
    (tx) =>
      service.discard(tx, {
        ...{ organizationId: tenant.organizationId, deliveryIds },
        ...{ note: 'Left the programme', by: 'Ada' },
      }),
    tenant,
  );
const conservation = async () =>
  (await bench.run((tx) => connectionTotals(tx, bench.ours.organizationId, bench.ours.connectionId)))
    .conservation;

/** Somebody whose contact was refused, so that the events wait. */
async function refused(events: number): Promise<string> {
  const contactId = randomUUID();
  await bench.enqueue([
    contactOf(bench.ours, contactId),
    ...Array.from({ length: events }, () => eventOf(bench.ours, contactId)),
  ]);
  const { drainId, lanes } = await bench.claim();
  const results = lanes.map((lane) => ({
    ...deliveredAll(lane),
    settlements: lane.pending.slice(0, 1).map((delivery) => ({
      ...{ delivery, state: 'refused' as const, code: 'email_invalid' as const, attempts: 1 },
    })),
    next:
      events === 0 ? { kind: 'done' as const } : { kind: 'held' as const, code: 'email_invalid' as const },
  }));
  await bench.run(async (tx) => {
    await settle(tx, bench.ours, results);
    await releaseLanes(tx, bench.ours, drainId, results);
  });
  return contactId;
}

describe('dead letters', () => {
  it('are what was refused and what waits behind it, newest first, with the reason', async () => {
    await refused(0);
    await refused(2);
    const rows = await list();
    expect(rows.map(({ kind, state, code, waiting }) => [kind, state, code, waiting])).toEqual([
      ['event', 'held', 'email_invalid', 1],
      ['contact', 'refused', 'email_invalid', 2],
      ['contact', 'refused', 'email_invalid', 0],
    ]);
    expect((await list({ state: 'held' })).length).toBe(1);
    expect((await list({ state: 'refused', kind: 'contact' })).length).toBe(2);
    expect((await list({ code: 'list_full' })).length).toBe(0);
    expect((await list({ connectionId: bench.theirs.connectionId })).length).toBe(0);
    expect(await list({ contactId: rows[2]!.contactId })).toEqual([rows[2]]);
    const second = await list({}, { limit: 1, after: rows[0]!.id });
    expect(second.map(({ id }) => id)).toEqual([rows[1]!.id, rows[2]!.id]);
  });

  it('leave the list when they are discarded, and are kept with the note', async () => {
    await refused(0);
    const [letter] = await list();
    expect(await discard([letter!.id])).toEqual(new Set([letter!.id]));
    expect(await discard([letter!.id])).toEqual(new Set());
    expect(await list()).toEqual([]);
    expect(await list({ discarded: true })).toMatchObject([
      { id: letter!.id, state: 'refused', discarded: { by: 'Ada', note: 'Left the programme' } },
    ]);
  });

  it('that stand first in a lane are discarded one by one, and the lane goes with the last', async () => {
    const contactId = await refused(2);
    const letters = async () => list({ state: 'held' });
    const [first] = await letters();
    await discard([first!.id]);
    const [second] = await letters();
    expect([second!.id === first!.id, second!.waiting]).toEqual([false, 0]);
    expect(await conservation()).toMatchObject({ open: 1, holds: true });
    await discard([second!.id]);
    expect([await letters(), await bench.count('lane')]).toEqual([[], 0]);
    expect(await conservation()).toMatchObject({ open: 0, settled: 3, created: 3, holds: true });
    const told = await list({ discarded: true, contactId });
    expect(told.map(({ state, detail }) => [state, detail])).toEqual([
      ['discarded', 'Left the programme'],
      ['discarded', 'Left the programme'],
    ]);
  });

  it('that wait further back are left alone', async () => {
    await refused(2);
    const [last] = await bench.rows<{ id: string }>(`SELECT id FROM delivery ORDER BY lane_seq DESC LIMIT 1`);
    expect(await discard([last!.id])).toEqual(new Set());
    expect(await bench.count('delivery')).toBe(2);
  });

  it('of another organisation are not seen and not discarded', async () => {
    await refused(1);
    const ids = (await list()).map(({ id }) => id);
    expect(await discard(ids, bench.theirs)).toEqual(new Set());
    expect((await list()).length).toBe(2);
  });
});
