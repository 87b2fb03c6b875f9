import { EngineBench } from '../engine/testing/engine-bench.js';
import { FirstSyncService } from './first-sync.service.js';
import { beginFirstSync, type FirstSyncMode } from './first-sync-statements.js';

let bench: EngineBench;
beforeAll(async () => {
  bench = await EngineBench.open();
});
afterAll(() => bench.close());

let people: string[];
beforeEach(async () => {
  await bench.reset();
  await bench.giveCredentials();
  people = Array.from({ length: 14 }, (_, index) => bench.want(`p${index}@example.com`));
});

/** Everybody of the bench, the first one approved first. */
const everybody = (): string =>
  `SELECT p.contact_id, '2026-01-01'::timestamptz + p.place * interval '1 hour' AS since
     FROM unnest(ARRAY['${people.join(`','`)}']::uuid[]) WITH ORDINALITY AS p(contact_id, place)
    WHERE $1::uuid IS NOT NULL AND $2::uuid IS NOT NULL AND $3::boolean IS NOT NULL`;

const service = (): FirstSyncService => new FirstSyncService({ sql: everybody() }, { wake: () => undefined });

const doing = <T>(work: 'get' | 'continue' | 'cancel') =>
  bench.inTenant(async (tx) => {
    const done = await service()[work](tx, bench.target());
    if (!done.ok) throw new Error(JSON.stringify(done.problem));
    return done.value as T & typeof done.value;
  });

const counts = async () => (await doing('get')).counts;

/** As a campaign does whose people begin to go there. */
async function switchOn(mode: FirstSyncMode): Promise<void> {
  const target = bench.target();
  const parameters = [target.organizationId, target.connectionId, false];
  const going = await bench.inTenant(async (tx) => {
    const chosen = await service().choose(tx, target, mode);
    expect(chosen).toMatchObject({ ok: true, value: { mode } });
    await beginFirstSync(tx, target, { sql: everybody(), parameters });
    const rows: { contact_id: string }[] = await tx.query(
      `SELECT contact_id FROM first_sync_left_out WHERE connection_id = $1`,
      [target.connectionId],
    );
    const out = new Set(rows.map((row) => row.contact_id));
    return people.filter((id) => !out.has(id));
  });
  await bench.record(going.map((id) => bench.contact(id)));
  await bench.untilIdle();
}

const sentTo = (): readonly string[] => [...bench.vendor.changes.keys()].sort();
const balanced = async (): Promise<void> => {
  const { created, settled, open } = await bench.conservation();
  expect(settled + open).toBe(created);
};

describe('a first sync', () => {
  it('of ten takes those who were approved first, and the others when somebody says so', async () => {
    await switchOn('first_ten');
    expect(sentTo()).toEqual(Array.from({ length: 10 }, (_, index) => `p${index}@example.com`));
    expect(await doing('get')).toMatchObject({
      mode: 'first_ten',
      state: 'waiting_for_word',
      counts: { done: 10, waiting: 0, refused: 0, leftOut: 4 },
    });
    expect(await doing('continue')).toMatchObject({ mode: 'all', people: 4, state: 'running' });
    await bench.sweepDeadDrains();
    await bench.untilIdle();
    expect(sentTo()).toHaveLength(14);
    expect(await doing('get')).toMatchObject({ state: 'done', counts: { done: 14, leftOut: 0 } });
    expect(await doing('continue')).toMatchObject({ people: 0 });
    await balanced();
  });

  it('from now on takes nobody of before: neither changes nor events of theirs leave', async () => {
    await switchOn('from_now_on');
    const [one = '', two = ''] = people;
    await bench.record([bench.contact(one), bench.event(one, 'commission_earned')]);
    await bench.record([bench.event(two, 'commission_earned')]);
    await bench.untilIdle();
    expect(bench.vendor.log).toEqual([]);
    expect(await bench.ends(two)).toEqual([
      expect.objectContaining({ state: 'discarded', code: 'left_out' }),
    ]);
    expect(await bench.ends(one)).toEqual([
      expect.objectContaining({ state: 'discarded', code: 'left_out' }),
      expect.objectContaining({ state: 'discarded', code: 'left_out' }),
    ]);
    expect(await bench.ledger(one)).toBeUndefined();
    expect(await counts()).toEqual({ done: 0, waiting: 0, refused: 0, leftOut: 14 });
    await balanced();
  });

  it('from now on takes who is approved anew, for good', async () => {
    await switchOn('from_now_on');
    const [one = ''] = people;
    await bench.record([
      { ...bench.contact(one), cause: 'affiliate_approved' },
      bench.event(one, 'affiliate_approved'),
    ]);
    await bench.untilIdle();
    expect(sentTo()).toEqual(['p0@example.com']);
    expect((await bench.settled(one)).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    bench.want('moved@example.com', [], one);
    await bench.record([bench.contact(one)]);
    await bench.untilIdle();
    expect(sentTo()).toContain('moved@example.com');
    expect(await counts()).toMatchObject({ done: 1, leftOut: 13 });
  });

  it('leaves nobody out who was there before', async () => {
    const [one = ''] = people;
    await bench.record([bench.contact(one)]);
    await bench.untilIdle();
    const target = bench.target();
    const parameters = [target.organizationId, target.connectionId, false];
    await bench.inTenant(async (tx) => {
      await tx.query(
        `INSERT INTO first_sync (organization_id, connection_id, mode) VALUES ($1, $2, 'from_now_on')`,
        parameters.slice(0, 2),
      );
      await beginFirstSync(tx, target, { sql: everybody(), parameters });
    });
    expect(await counts()).toMatchObject({ done: 1, leftOut: 13 });
  });

  it('that is stopped cancels what was not sent, and nothing else', async () => {
    bench.pause();
    const [first = '', approved = '', ...others] = people;
    await bench.recordQuietly([bench.contact(first)]);
    await bench.reconnect();
    await bench.untilIdle();
    bench.pause();
    await bench.recordQuietly(people.map((id) => bench.contact(id)));
    await bench.recordQuietly([{ ...bench.contact(approved), cause: 'affiliate_approved' }]);
    const stopped = others.length;
    expect(await doing('cancel')).toMatchObject({
      mode: 'from_now_on',
      people: stopped,
      counts: { done: 1, waiting: 1, leftOut: stopped },
    });
    for (const id of others)
      expect(await bench.ends(id)).toEqual([
        expect.objectContaining({ state: 'cancelled', code: 'first_sync_stopped' }),
      ]);
    await bench.reconnect();
    await bench.untilIdle();
    expect(sentTo()).toEqual(['p0@example.com', 'p1@example.com']);
    await balanced();
    expect(await doing('continue')).toMatchObject({ people: stopped });
    await bench.reconnect();
    await bench.untilIdle();
    expect(sentTo()).toHaveLength(14);
    await balanced();
  });

  it('is chosen before it begins, not after', async () => {
    await switchOn('first_ten');
    const refusal = await bench.inTenant((tx) => service().choose(tx, bench.target(), 'all'));
    expect(refusal).toMatchObject({ ok: false, problem: { reason: 'state' } });
  });
});
