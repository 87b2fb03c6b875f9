import { randomUUID } from 'node:crypto';

import { dedupeId } from '../core/dedupe-id.js';
import type { OutboxItem } from '../ports.js';
import { TableBench } from '../sql/testing/table-bench.js';
import { enqueueFound } from './enqueue-found.js';

let bench: TableBench;
beforeAll(async () => {
  bench = await TableBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.clear());

/** The items as a query finds them: last one first, which must make no difference. */
const FOUND = `
  SELECT x.connection_id, x.contact_id, x.kind, x.cause, x.event_id, x.event_name, x.occurred_at, x.payload, x.place
    FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::timestamptz[], $9::text[])
         WITH ORDINALITY AS x(connection_id, contact_id, kind, cause, event_id, event_name, occurred_at, payload, place)
   ORDER BY x.place DESC`;

function find(items: readonly OutboxItem[], tenant = bench.ours): Promise<readonly string[]> {
  const events = items.map((item) => (item.kind === 'event' ? item.event : undefined));
  const parameters = [
    tenant.organizationId,
    items.map((item) => item.connectionId),
    items.map((item) => item.contactId),
    items.map((item) => item.kind),
    items.map((item) => item.cause),
    events.map((event) => event?.id ?? null),
    events.map((event) => event?.name ?? null),
    events.map((event) => event?.occurredAt ?? null),
    events.map((event) => (event === undefined ? null : JSON.stringify(event.data))),
  ];
  return bench.run((tx) => enqueueFound(tx, tenant.organizationId, { sql: FOUND, parameters }), tenant);
}

function items(): readonly OutboxItem[] {
  const { connectionId } = bench.ours;
  return Array.from({ length: 5 }, () => randomUUID()).flatMap((contactId, person): readonly OutboxItem[] => [
    { kind: 'contact', connectionId, contactId, cause: 'affiliate_approved' },
    ...[0, 1].map((index) => ({
      kind: 'event' as const,
      connectionId,
      contactId,
      cause: 'x',
      event: {
        id: randomUUID(),
        name: `n${index}`,
        occurredAt:
          ['2026-01-31T12:00:00.123Z', '1970-01-01T00:00:00.000Z', '2026-02-01T00:00:00.999Z'][person % 3] ??
          '',
        data: { person },
      },
    })),
  ]);
}

const deliveries = async () =>
  (
    await bench.superuser.query(
      `SELECT contact_id, lane_seq::integer, kind, cause, event_id, event_name, dedupe_id, occurred_at, payload
         FROM delivery ORDER BY contact_id, lane_seq`,
    )
  ).rows;
const lanes = async () =>
  (
    await bench.superuser.query(
      `SELECT contact_id, tail_seq::integer, contact_pending, held_code, attempts, next_due_at = 'infinity' AS waits
         FROM lane ORDER BY contact_id`,
    )
  ).rows;

describe('work that a query finds', () => {
  it('comes into the lanes exactly as work that is handed over', async () => {
    const work = items();
    await bench.enqueue(work);
    await bench.enqueue(work.filter(({ kind }) => kind === 'event'));
    const handed = [await deliveries(), await lanes()];
    await bench.clear();
    expect(await find(work)).toEqual([bench.ours.connectionId]);
    await find(work.filter(({ kind }) => kind === 'event'));
    expect([await deliveries(), await lanes()]).toEqual(handed);
  });

  it('has the dedupe ids that it always had', async () => {
    const work = items();
    await find(work);
    const expected = work.flatMap((item) =>
      item.kind === 'event' ? [dedupeId(item.connectionId, item.event.id, item.event.occurredAt)] : [],
    );
    const found = (await deliveries()).flatMap(({ dedupe_id }) => (dedupe_id === null ? [] : [dedupe_id]));
    expect(found.sort()).toEqual(expected.sort());
  });

  it.each([
    ['a contact releases', 0, null],
    ['an event leaves', 1, 'contact_refused'],
  ])('%s a lane that is held', async (_, first, held) => {
    for (const way of [bench.enqueue.bind(bench), find]) {
      await bench.clear();
      const work = items().slice(0, 2);
      await bench.enqueue(work);
      await bench.superuser.query(`UPDATE lane SET held_code = 'contact_refused', next_due_at = 'infinity'`);
      await way(work.slice(first, first + 1));
      expect(await lanes()).toMatchObject([{ held_code: held, waits: held !== null }]);
    }
  });

  it('of nobody is nothing, and other organisations’ connections are left out', async () => {
    expect(await find([])).toEqual([]);
    expect(await find(items(), bench.theirs)).toEqual([]);
    expect(await deliveries()).toEqual([]);
  });

  it('leaves the transaction as it was', async () => {
    const allowed = await bench.run(async (tx) => {
      await enqueueFound(tx, bench.ours.organizationId, {
        sql: `SELECT NULL::uuid AS connection_id, NULL::uuid AS contact_id, 'contact' AS kind, '' AS cause, NULL::uuid AS event_id,
                     '' AS event_name, now() AS occurred_at, '' AS payload, 1::bigint AS place WHERE $1::uuid IS NULL`,
        parameters: [bench.ours.organizationId],
      });
      const rows: { enable_nestloop: string }[] = await tx.query('SHOW enable_nestloop');
      return rows[0]?.enable_nestloop;
    });
    expect(allowed).toBe('on');
  });
});
