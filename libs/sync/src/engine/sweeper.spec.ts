import { randomUUID } from 'node:crypto';

import { TableBench } from '../sql/testing/table-bench.js';
import { Sweeper } from './sweeper.js';

const AT_ONCE = 2;

let bench: TableBench;
/** Ids that a sweep told of, by what for. */
let told: { readonly due: string[]; readonly look: string[]; readonly check: string[] };
let sweeper: Sweeper;

beforeAll(async () => {
  bench = await TableBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.clear();
  told = { due: [], look: [], check: [] };
  sweeper = new Sweeper(
    bench.tenancy,
    {
      due: ({ connectionId }) => told.due.push(connectionId),
      look: ({ connectionId }) => told.look.push(connectionId),
      check: ({ connectionId }) => told.check.push(connectionId),
      endpoint: () => undefined,
    },
    {
      warn: () => undefined,
      error: (message, err) => {
        throw new Error(message, { cause: err });
      },
    },
    AT_ONCE,
  );
});

/** Connections of ours; @returns their ids, in their order. */
async function connections(count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => randomUUID()).sort();
  await bench.superuser.query(
    `INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key)
     SELECT id, $1, 'scripted', 'Bench', 'live', 'verified', uuid_send(id) FROM unnest($2::uuid[]) AS id`,
    [bench.ours.organizationId, ids],
  );
  return ids;
}

async function haveWork(ids: readonly string[]): Promise<void> {
  for (const connectionId of ids)
    await bench.enqueue([
      { kind: 'contact', connectionId, contactId: randomUUID(), cause: 'affiliate_changed' },
    ]);
}

async function haveLooks(ids: readonly string[]): Promise<void> {
  await bench.superuser.query(
    `INSERT INTO follow_up (organization_id, connection_id, contact_id, kind, due_at)
     SELECT $1, id, gen_random_uuid(), 'look', now() FROM unnest($2::uuid[]) AS id`,
    [bench.ours.organizationId, ids],
  );
}

async function sweeps(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await sweeper.sweep();
}

describe('a sweep', () => {
  it('tells of every connection in turn, although the first ones always have work', async () => {
    const ids = await connections(5);
    await haveWork(ids);
    await haveLooks(ids);
    await sweeps(3);
    expect([...new Set(told.due)].sort()).toEqual(ids);
    expect([...new Set(told.look)].sort()).toEqual(ids);
    expect(told.due).toHaveLength(3 * AT_ONCE);
  });

  it('tells of all of them in each round when they are no more than it tells of', async () => {
    const ids = await connections(AT_ONCE);
    await haveWork(ids);
    await sweeps(2);
    expect(told.due.toSorted()).toEqual([...ids, ...ids].sort());
  });

  it('tells each of them once in a round', async () => {
    const ids = await connections(3);
    await haveWork(ids);
    await sweeper.sweep();
    expect(told.due).toEqual(ids.slice(0, 2));
    await sweeper.sweep();
    expect(told.due.slice(2)).toEqual([ids[2], ids[0]]);
    await bench.superuser.query(`DELETE FROM lane WHERE connection_id <> $1`, [ids[1]]);
    await sweeper.sweep();
    expect(told.due.slice(4)).toEqual([ids[1]]);
  });

  it('tells of every connection whose writes are to be read back, in turn', async () => {
    const ids = await connections(5);
    await bench.superuser.query(
      `INSERT INTO receipt (delivery_id, organization_id, connection_id, contact_id, reason, due_at)
       SELECT gen_random_uuid(), $1, id, gen_random_uuid(), 'sampled', now() FROM unnest($2::uuid[]) AS id`,
      [bench.ours.organizationId, ids],
    );
    // Receipts are asked after in every other round.
    await sweeps(6);
    expect([...new Set(told.check)].sort()).toEqual(ids);
  });
});
