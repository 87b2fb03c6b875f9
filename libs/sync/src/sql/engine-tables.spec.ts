import { randomUUID } from 'node:crypto';

import { releaseLanes, settle } from './complete.js';
import { holdDrain } from './drain.js';
import { enqueue } from './enqueue.js';
import { TableBench, contactOf, deliveredAll, eventOf } from './testing/table-bench.js';

let bench: TableBench;

beforeAll(async () => {
  bench = await TableBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.clear());

const only = <T>(list: readonly T[]): T => {
  const [first] = list;
  if (first === undefined || list.length > 1)
    throw new Error(`Exactly one was expected, not ${list.length}.`);
  return first;
};

describe('a delivery that is added while its lane is in hand', () => {
  it('keeps the lane, although the one that saw less is completed after it', async () => {
    const contact = contactOf(bench.ours);
    await bench.enqueue([contact]);
    const { drainId, lanes } = await bench.claim();
    const result = deliveredAll(only(lanes));
    await bench.enqueue([contact]);
    await bench.run(async (tx) => {
      await settle(tx, bench.ours, [result]);
      expect([...(await releaseLanes(tx, bench.ours, drainId, [result]))]).toEqual([result.lane.id]);
    });
    const again = only((await bench.claim()).lanes);
    expect(again.pending.map(({ seq }) => seq)).toEqual([2]);
  });

  it('is not lost when it commits between the settling and the release', async () => {
    const contact = contactOf(bench.ours);
    await bench.enqueue([contact]);
    const { drainId, lanes } = await bench.claim();
    const result = deliveredAll(only(lanes));
    await bench.run(async (tx) => {
      // This statement's snapshot is older than the enqueue below.
      await settle(tx, bench.ours, [result]);
      await bench.enqueue([contact]);
      await releaseLanes(tx, bench.ours, drainId, [result]);
    });
    expect(only((await bench.claim()).lanes).pending).toHaveLength(1);
    expect(await bench.count('delivery')).toBe(1);
  });

  it('is not lost when it commits after the release has begun and before it has the lane', async () => {
    const contact = contactOf(bench.ours);
    await bench.enqueue([contact]);
    const { drainId, lanes } = await bench.claim();
    const result = deliveredAll(only(lanes));
    await bench.run((tx) => settle(tx, bench.ours, [result]));
    await bench.whileStatementsAreHeld(
      () => bench.run((tx) => releaseLanes(tx, bench.ours, drainId, [result])),
      (producer) => enqueue(producer, bench.ours.organizationId, [contact]),
    );
    expect(only((await bench.claim()).lanes).pending.map(({ seq }) => seq)).toEqual([2]);
  });

  it('lets a lane whose row it still holds wait for the next release', async () => {
    const contact = contactOf(bench.ours);
    await bench.enqueue([contact]);
    const { drainId, lanes } = await bench.claim();
    const result = deliveredAll(only(lanes));
    const release = (): Promise<ReadonlySet<string>> =>
      bench.run((tx) => releaseLanes(tx, bench.ours, drainId, [result]));
    await bench.run((tx) => settle(tx, bench.ours, [result]));
    await bench.run(async (producer) => {
      await enqueue(producer, bench.ours.organizationId, [contact]);
      // Another session; it neither waits nor takes the lane away.
      expect((await release()).size).toBe(0);
    });
    expect((await release()).size).toBe(1);
    expect(only((await bench.claim()).lanes).pending.map(({ seq }) => seq)).toEqual([2]);
  });

  it('frees a lane that would otherwise be held, if it is about the contact', async () => {
    for (const [added, held] of [
      ['contact', false],
      ['event', true],
    ] as const) {
      await bench.clear();
      const contactId = randomUUID();
      await bench.enqueue([contactOf(bench.ours, contactId), eventOf(bench.ours, contactId)]);
      const { drainId, lanes } = await bench.claim();
      await bench.enqueue([
        added === 'contact' ? contactOf(bench.ours, contactId) : eventOf(bench.ours, contactId),
      ]);
      const lane = only(lanes);
      const refusal = {
        ...deliveredAll(lane),
        settlements: deliveredAll(lane).settlements.slice(0, 1),
        next: { kind: 'held', code: 'contact_refused' } as const,
      };
      await bench.run(async (tx) => {
        await settle(tx, bench.ours, [refusal]);
        await releaseLanes(tx, bench.ours, drainId, [refusal]);
      });
      expect((await bench.claim()).lanes).toHaveLength(held ? 0 : 1);
    }
  });
});

describe('a drain whose lease was taken', () => {
  it('may not complete, and waits with the sweep for the same row', async () => {
    await bench.enqueue([contactOf(bench.ours)]);
    const { drainId } = await bench.claim();
    expect(await bench.run((tx) => holdDrain(tx, bench.ours.organizationId, drainId))).toBe(true);
    await bench.superuser.query(`UPDATE drain SET expires_at = now() - interval '1 second'`);
    await bench.run(async (tx) => {
      await holdDrain(tx, bench.ours.organizationId, drainId);
      // While it completes, the sweep passes it by.
      await bench.source.query(`SELECT * FROM sweep_expired_drains('15 seconds')`);
    });
    expect(await bench.rows(`SELECT expired FROM drain`)).toEqual([{ expired: false }]);
    await bench.source.query(`SELECT * FROM sweep_expired_drains('15 seconds')`);
    expect(await bench.run((tx) => holdDrain(tx, bench.ours.organizationId, drainId))).toBe(false);
    const lane = only((await bench.claim()).lanes);
    expect(lane.rewriteInMs).toBeGreaterThan(10_000);
  });

  it('releases no lane of its successor', async () => {
    await bench.enqueue([contactOf(bench.ours)]);
    const lost = await bench.claim();
    await bench.superuser.query(`UPDATE drain SET expires_at = now() - interval '1 second'`);
    await bench.source.query(`SELECT * FROM sweep_expired_drains('15 seconds')`);
    const successor = await bench.claim();
    expect(successor.lanes).toHaveLength(1);
    const released = await bench.run((tx) =>
      releaseLanes(tx, bench.ours, lost.drainId, lost.lanes.map(deliveredAll)),
    );
    expect(released.size).toBe(0);
  });
});

describe('settling', () => {
  it('moves a delivery to history once, however often it is asked for', async () => {
    await bench.enqueue([contactOf(bench.ours)]);
    const { lanes } = await bench.claim();
    for (let n = 0; n < 3; n += 1) await bench.run((tx) => settle(tx, bench.ours, lanes.map(deliveredAll)));
    expect(await bench.count('history')).toBe(1);
    expect(await bench.rows(`SELECT kind, state, deliveries::integer FROM delivery_total`)).toEqual([
      { kind: 'contact', state: 'delivered', deliveries: 1 },
    ]);
  });
});

describe('adding work', () => {
  it('of 10,000 deliveries takes two statements and numbers every contact without gaps', async () => {
    const contacts = Array.from({ length: 2_500 }, () => randomUUID());
    const items = [0, 1, 2, 3].flatMap((n) =>
      contacts.map((id) => (n === 0 ? contactOf(bench.ours, id) : eventOf(bench.ours, id))),
    );
    const statements = await bench.run(async (tx) => {
      let asked = 0;
      const counting = new Proxy(tx, {
        get: (target, name, receiver): unknown => {
          if (name === 'query') asked += 1;
          const value: unknown = Reflect.get(target, name, receiver);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      expect(await enqueue(counting, bench.ours.organizationId, items)).toEqual([bench.ours.connectionId]);
      return asked;
    });
    expect(statements).toBe(2);
    const lanes = await bench.rows<{ seqs: number[]; kinds: string }>(
      `SELECT array_agg(lane_seq::integer ORDER BY lane_seq) AS seqs, string_agg(left(kind, 1), '' ORDER BY lane_seq) AS kinds
         FROM delivery GROUP BY lane_id`,
    );
    expect(lanes).toHaveLength(2_500);
    for (const lane of lanes) expect(lane).toEqual({ seqs: [1, 2, 3, 4], kinds: 'ceee' });
  }, 60_000);

  it('gives a contact that has been failing for days its full time anew', async () => {
    const contactId = randomUUID();
    await bench.enqueue([contactOf(bench.ours, contactId)]);
    await bench.superuser.query(
      `UPDATE lane SET attempts = 20, first_failed_at = now() - interval '2 days 23 hours'`,
    );
    await bench.enqueue([eventOf(bench.ours, contactId)]);
    const before = await bench.rows(`SELECT first_failed_at IS NULL AS anew FROM lane`);
    await bench.enqueue([contactOf(bench.ours, contactId)]);
    const after = await bench.rows(`SELECT first_failed_at IS NULL AS anew, attempts FROM lane`);
    expect([before, after]).toEqual([[{ anew: false }], [{ anew: true, attempts: 20 }]]);
  });

  it.each([1, 2])('for a disconnected connection adds nothing, of %s', async (items) => {
    await bench.superuser.query(`UPDATE connection SET state = 'disabled' WHERE id = $1`, [
      bench.theirs.connectionId,
    ]);
    const wanted = Array.from({ length: items }, () => contactOf(bench.theirs));
    expect(await bench.enqueue(wanted, bench.theirs)).toEqual([]);
    await bench.superuser.query(`UPDATE connection SET state = 'verified' WHERE id = $1`, [
      bench.theirs.connectionId,
    ]);
    expect(await bench.count('lane')).toBe(0);
  });
});

describe('tenants', () => {
  it('cannot add work to, claim from or release on a connection of another', async () => {
    for (const items of [1, 2])
      expect(await bench.enqueue(Array.from({ length: items }, () => contactOf(bench.theirs)))).toEqual([]);
    await bench.enqueue([contactOf(bench.theirs)], bench.theirs);
    const mixed = { organizationId: bench.ours.organizationId, connectionId: bench.theirs.connectionId };
    expect((await bench.claim(100, mixed)).lanes).toEqual([]);
    expect(await bench.run((tx) => tx.query(`SELECT * FROM lane`))).toEqual([]);
    const theirs = await bench.claim(100, bench.theirs);
    expect(theirs.lanes).toHaveLength(1);
    const results = theirs.lanes.map(deliveredAll);
    await bench.run(async (tx) => {
      await settle(tx, mixed, results);
      expect((await releaseLanes(tx, mixed, theirs.drainId, results)).size).toBe(0);
    });
    expect(await bench.count('delivery')).toBe(1);
  });

  it('are told apart by the sweep, which names them and tells nothing else', async () => {
    await bench.enqueue([contactOf(bench.ours)]);
    await bench.enqueue([contactOf(bench.theirs)], bench.theirs);
    const found = await bench.sweep();
    expect(found).toHaveLength(2);
    expect(found).toEqual(
      expect.arrayContaining(
        [bench.ours, bench.theirs].map((tenant) => ({
          organization_id: tenant.organizationId,
          connection_id: tenant.connectionId,
          kind: 'lane',
        })),
      ),
    );
  });

  it.each(['paused', 'auth_error', 'needs_attention'])(
    'are not woken for a connection that is %s',
    async (state) => {
      await bench.enqueue([contactOf(bench.ours)]);
      await bench.superuser.query(`UPDATE connection SET state = $2 WHERE id = $1`, [
        bench.ours.connectionId,
        state,
      ]);
      const found = await bench.sweep();
      await bench.superuser.query(`UPDATE connection SET state = 'verified' WHERE id = $1`, [
        bench.ours.connectionId,
      ]);
      expect(found).toEqual([]);
    },
  );
});
