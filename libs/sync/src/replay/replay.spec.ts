import { randomUUID } from 'node:crypto';

import type { SettledState } from '../core/delivery.js';
import { JobRunner } from '../jobs/job-runner.js';
import { SqlOutbox } from '../outbox/sql-outbox.js';
import { releaseLanes, settle } from '../sql/complete.js';
import { contactOf, eventOf, TableBench, type Tenant } from '../sql/testing/table-bench.js';
import { DeliveryReplayService } from './replay.service.js';
import type { ReplayFilter } from './replay-filter.js';
import type { ReplayRow } from './replay-row.js';
import { ReplayWork } from './replay-work.js';

let bench: TableBench;
let replays: DeliveryReplayService;
/** Where `wantedContacts` are meant to be. */
let wantedContacts: readonly string[] = [];
let eventDedupe: 'ulid' | 'none' = 'ulid';
const outbox = new SqlOutbox({
  wake: () => undefined,
  listen: () => Promise.resolve(),
  close: () => Promise.resolve(),
});

beforeAll(async () => {
  bench = await TableBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.clear();
  wantedContacts = [];
  eventDedupe = 'ulid';
  const connectionId = (): string => bench.ours.connectionId;
  replays = new DeliveryReplayService({
    wanted: {
      get sql() {
        const ids = wantedContacts.map((id) => `'${id}'`).join(', ') || 'NULL';
        return `SELECT '${connectionId()}'::uuid AS connection_id, x::uuid AS contact_id FROM unnest(ARRAY[${ids}]::text[]) x
                 WHERE $1::uuid IS NOT NULL AND x IS NOT NULL`;
      },
    },
    manifest: () => ({ capabilities: { eventDedupe } as never }),
  });
});

/** Claims all that is due and ends it so; what is told of an id goes for that delivery or event. */
async function work(
  state: SettledState,
  options: { readonly code?: string; readonly held?: boolean; readonly tenant?: Tenant } = {},
): Promise<void> {
  const tenant = options.tenant ?? bench.ours;
  const { drainId, lanes } = await bench.claim(1_000, tenant);
  const results = lanes.map((lane) => {
    const held = options.held === true && lane.pending[0]?.kind === 'contact';
    const ending = held ? lane.pending.slice(0, 1) : lane.pending;
    const contact = ending.some(({ kind }) => kind === 'contact');
    return {
      lane,
      settlements: ending.map((delivery) => ({
        ...{ delivery, state, attempts: state === 'cancelled' ? 0 : 1 },
        ...(options.code === undefined ? {} : { code: options.code as never }),
      })),
      attempts: [],
      ...(contact
        ? {
            ledger: {
              ...{ present: state === 'delivered', state, warnings: [], written: null, deferred: [] },
              ...{ wrote: state === 'delivered', confirmed: false },
            },
          }
        : {}),
      next: held ? { kind: 'held' as const, code: 'email_invalid' as const } : { kind: 'done' as const },
      rewritten: true,
      findings: [],
    };
  });
  await bench.run(async (tx) => {
    await settle(tx, tenant, results);
    await releaseLanes(tx, tenant, drainId, results);
  }, tenant);
}

const preview = async (filter: Partial<ReplayFilter> = {}, rewrite = false): Promise<ReplayRow> => {
  const made = await bench.run((tx) =>
    replays.preview(tx, bench.ours.organizationId, {
      filter: { which: 'settled', ...filter },
      ...{ rewrite, createdBy: 'bench' },
    }),
  );
  if (typeof made === 'string' || !('id' in made)) throw new Error(JSON.stringify(made));
  return made;
};
const start = (id: string, confirmed = true) =>
  bench.run((tx) => replays.start(tx, bench.ours.organizationId, id, { confirmed }));
const find = async (id: string): Promise<ReplayRow> => {
  const found = await bench.run((tx) => replays.find(tx, bench.ours.organizationId, id));
  if (found === undefined) throw new Error('There is no such replay.');
  return found;
};
const run = (id: string, chunk?: number, signal?: AbortSignal) =>
  new JobRunner(bench.tenancy, new ReplayWork(outbox, chunk === undefined ? {} : { chunk })).run(
    bench.ours.organizationId,
    id,
    signal,
  );
const replay = async (filter: Partial<ReplayFilter> = {}, chunk?: number): Promise<ReplayRow> => {
  const { id } = await preview(filter);
  await start(id);
  expect(await run(id, chunk)).toBe('ended');
  return find(id);
};
const pending = () =>
  bench.rows<{
    contact_id: string;
    kind: string;
    event_id: string | null;
    dedupe_id: string | null;
    cause: string;
  }>(`SELECT contact_id, kind, event_id, dedupe_id, cause FROM delivery ORDER BY contact_id, lane_seq`);
const itemsOf = (id: string) =>
  bench.run((tx) => replays.items(tx, bench.ours.organizationId, id, { limit: 10_000 }));

/** People with a contact and some events each; @returns the events' ids per person, in order. */
async function people(number: number, events = 2): Promise<ReadonlyMap<string, readonly string[]>> {
  const made = new Map<string, string[]>();
  for (const contactId of Array.from({ length: number }, () => randomUUID())) {
    const items = Array.from({ length: events }, () => eventOf(bench.ours, contactId));
    await bench.enqueue([contactOf(bench.ours, contactId), ...items]);
    made.set(
      contactId,
      items.map((item) => (item.kind === 'event' ? item.event.id : '')),
    );
  }
  return made;
}

describe('a replay', () => {
  it('brings events with the ids that they had, in the order that they had, behind the contact', async () => {
    const made = await people(5, 4);
    const before = await pending();
    await work('expired', { code: 'expired' });
    // One of them came out of its order meanwhile, by itself.
    const [someone, events = []] = [...made][0] ?? [];
    const [row] = await bench.rows<{ id: string }>(`SELECT id FROM history WHERE event_id = $1`, [events[1]]);
    await bench.run((tx) =>
      replays.retry(tx, bench.ours.organizationId, { deliveryIds: [row?.id ?? ''], createdBy: 'bench' }),
    );
    await work('refused', { code: 'email_invalid' });
    await replay({}, 3);
    const now = await pending();
    expect(now.map(({ cause: _, ...rest }) => rest)).toEqual(before.map(({ cause: _, ...rest }) => rest));
    expect(now.filter(({ contact_id }) => contact_id === someone).map(({ event_id }) => event_id)).toEqual([
      null,
      ...events,
    ]);
    expect(new Set(now.map(({ cause }) => cause))).toEqual(new Set(['replayed']));
  });

  it('is resumed by whoever comes next, and brings everything once', async () => {
    await people(20, 4);
    await work('refused', { code: 'email_invalid' });
    const { id, items } = await preview();
    await start(id);
    const stop = new AbortController();
    let chunks = 0;
    const dying = new ReplayWork(outbox, { chunk: 7 });
    const committed = dying.committed.bind(dying);
    dying.committed = () => {
      committed();
      chunks += 1;
      if (chunks === 3) throw new Error('The process dies here.');
    };
    await expect(
      new JobRunner(bench.tenancy, dying).run(bench.ours.organizationId, id, stop.signal),
    ).rejects.toThrow('dies here');
    expect(await find(id)).toMatchObject({ done: 21, state: 'failed' });
    await start(id);
    await run(id, 7);
    expect(await find(id)).toMatchObject({ state: 'finished', done: items, items: 100 });
    expect(await bench.count('delivery')).toBe(100);
    expect(
      await bench.rows(
        `SELECT event_id FROM delivery WHERE event_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1`,
      ),
    ).toEqual([]);
  });

  it('is not worked on by two at once', async () => {
    await people(1);
    await work('refused');
    const { id } = await preview();
    await start(id);
    await bench.rows(`UPDATE replay SET lease_id = new_id(), lease_until = now() + interval '1 minute'`);
    expect(await run(id)).toBe('not_ours');
    await bench.rows(`UPDATE replay SET lease_until = now() - interval '1 second'`);
    expect(await run(id)).toBe('ended');
  });

  it('stops when it is cancelled, and goes on when it is started again', async () => {
    await people(10, 0);
    await work('refused');
    const { id } = await preview();
    await start(id);
    const work4 = new ReplayWork(outbox, { chunk: 4 });
    const runner = new JobRunner(bench.tenancy, {
      ...{ table: work4.table, chunk: 4 },
      work: async (tx, job, done) => {
        const worked = await work4.work(tx, job, done);
        if (done === 0) await replays.cancel(tx, bench.ours.organizationId, id);
        return worked;
      },
    });
    await runner.run(bench.ours.organizationId, id);
    expect(await find(id)).toMatchObject({ state: 'cancelled', done: 4 });
    await start(id);
    await run(id, 4);
    expect(await find(id)).toMatchObject({ state: 'finished', done: 10 });
    expect(await bench.count('delivery')).toBe(10);
  });

  it('passes over what is on its way, what is forgotten, and connections that are closed, and says which', async () => {
    const made = await people(4, 1);
    await work('refused');
    const { id } = await preview();
    const [first, second, third, fourth] = [...made.keys()].sort();
    await bench.enqueue([contactOf(bench.ours, first)]);
    await bench.rows(`DELETE FROM history WHERE contact_id = $1`, [second]);
    for (const [state, contactId] of [
      ['disabled', third],
      ['disconnecting', fourth],
    ]) {
      await bench.rows(
        `WITH closed AS (
           INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key)
           VALUES (new_id(), $1, 'scripted', $2, 'live', $2, 'closed') RETURNING id)
         UPDATE replay_item SET connection_id = (SELECT id FROM closed) WHERE contact_id = $3`,
        [bench.ours.organizationId, state, contactId],
      );
    }
    await start(id);
    await run(id);
    const passed = (await itemsOf(id)).map(({ contact_id, kind, skipped }) => [contact_id, kind, skipped]);
    expect(passed).toEqual([
      [first, 'contact', 'on_its_way'],
      [first, 'event', null],
      [second, 'contact', null],
      [second, 'event', 'forgotten'],
      [third, 'contact', 'connection_closed'],
      [third, 'event', 'connection_closed'],
      [fourth, 'contact', 'connection_closed'],
      [fourth, 'event', 'connection_closed'],
    ]);
  });

  it('does not send twice what another replay has just brought', async () => {
    await people(2, 2);
    await work('refused');
    await replay();
    const second = await replay();
    expect(await bench.count('delivery')).toBe(6);
    expect((await itemsOf(second.id)).map(({ skipped }) => skipped)).toEqual(Array(6).fill('on_its_way'));
  });

  it('of single deliveries tells what became of each, also where several are about the same', async () => {
    await people(1, 2);
    await work('refused', { code: 'email_invalid', held: true });
    const [contact] = await bench.rows<{ id: string }>(`SELECT id FROM history`);
    const [head] = await bench.rows<{ id: string }>(`SELECT id FROM delivery ORDER BY lane_seq LIMIT 1`);
    const deliveryIds = [contact!.id, head!.id, randomUUID()];
    const { items, connectionIds } = await bench.run((tx) =>
      replays.retry(tx, bench.ours.organizationId, { deliveryIds, createdBy: 'bench' }),
    );
    expect([...items.keys()].sort()).toEqual([contact!.id, head!.id].sort());
    expect(new Set([...items.values()].map(({ delivery_id }) => delivery_id)).size).toBe(1);
    expect(connectionIds).toEqual([bench.ours.connectionId]);
    expect(await bench.rows(`SELECT held_code FROM lane`)).toEqual([{ held_code: null }]);
  });

  it('that is to write in any case says so to whoever sends', async () => {
    await people(1, 1);
    await work('delivered');
    const causes = async (rewrite: boolean): Promise<readonly string[]> => {
      const { id } = await preview({ kind: 'contact' }, rewrite);
      await start(id);
      await run(id);
      const found = (await pending()).map(({ cause }) => cause);
      await work('delivered');
      return found;
    };
    expect([await causes(false), await causes(true)]).toEqual([['replayed'], ['rewrite']]);
  });

  it('frees a lane that is held', async () => {
    await people(1, 2);
    await work('refused', { code: 'email_invalid', held: true });
    const { preview: told } = await replay({ states: ['held'] });
    expect(told.counts).toEqual([{ kind: 'contact', state: 'held', code: 'email_invalid', items: 1 }]);
    expect(await bench.rows(`SELECT held_code, tail_seq::int FROM lane`)).toEqual([
      { held_code: null, tail_seq: 4 },
    ]);
  });

  it('tells what became of what it brought', async () => {
    await people(3, 1);
    await work('refused', { code: 'email_invalid' });
    const { id } = await replay();
    const told = async () =>
      bench.run(async (tx) => replays.results(tx, bench.ours.organizationId, await find(id)));
    expect(await told()).toEqual([
      { kind: 'contact', state: 'open', code: null, items: 3 },
      { kind: 'event', state: 'open', code: null, items: 3 },
    ]);
    await work('delivered');
    expect((await told()).map(({ state, items }) => [state, items])).toEqual([
      ['delivered', 3],
      ['delivered', 3],
    ]);
  });
});

describe('the list of a replay', () => {
  it('has nothing of what was erased, and nothing of a connection that was closed', async () => {
    await people(1, 1);
    await work('erased');
    expect((await preview()).preview.counts).toEqual([]);
    await people(1, 1);
    await work('refused');
    expect((await preview()).preview.counts).not.toEqual([]);
    await bench.rows(`UPDATE connection SET state = 'disabled' WHERE id = $1`, [bench.ours.connectionId]);
    const { preview: closed } = await preview();
    await bench.rows(`UPDATE connection SET state = 'verified' WHERE id = $1`, [bench.ours.connectionId]);
    expect(closed.counts).toEqual([]);
  });

  it('is what the filter matches, each thing once, by its latest end', async () => {
    const [[ada, [first]], [bob]] = [...(await people(2, 1))] as [[string, [string]], [string, [string]]];
    await work('refused', { code: 'email_invalid' });
    const listed = async (filter: Partial<ReplayFilter>) => (await preview(filter)).items;
    expect(await listed({})).toBe(4);
    expect(await listed({ contactIds: [ada] })).toBe(2);
    expect(await listed({ kind: 'event' })).toBe(2);
    expect(await listed({ kind: 'event', contactIds: [bob] })).toBe(1);
    expect(await listed({ codes: ['email_invalid'] })).toBe(4);
    expect(await listed({ codes: ['list_full'] })).toBe(0);
    expect(await listed({ eventNames: ['happened'] })).toBe(2);
    expect(await listed({ connectionIds: [bench.ours.connectionId] })).toBe(4);
    const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
    expect(await listed({ from: inHours(-1) })).toBe(4);
    expect(await listed({ to: inHours(-1) })).toBe(0);
    expect(await listed({ from: inHours(1) })).toBe(0);
    // What has arrived since does not count among what failed; who asks for everything gets it all the same.
    await replay({ contactIds: [ada] });
    await work('delivered');
    expect(await listed({ states: ['refused'] })).toBe(2);
    expect(await listed({ states: ['delivered'] })).toBe(2);
    expect(await listed({})).toBe(4);
    expect((await itemsOf((await preview({ contactIds: [ada], kind: 'event' })).id))[0]).toMatchObject({
      event_id: first,
      state: 'delivered',
    });
  });

  it('of what was never attempted has people who were never written, and events that ended untried', async () => {
    const made = await people(2, 1);
    await work('cancelled', { code: 'connection_closed' });
    const newcomer = randomUUID();
    const waiting = randomUUID();
    await bench.enqueue([contactOf(bench.ours, waiting)]);
    const [attempted = '', untried = ''] = [...made.keys()];
    wantedContacts = [newcomer, waiting, untried];
    await bench.rows(`UPDATE history SET attempts = 1, state = 'delivered' WHERE contact_id = $1`, [
      attempted,
    ]);
    const { id } = await preview({ which: 'never_attempted' });
    expect((await itemsOf(id)).map(({ contact_id, kind }) => `${contact_id} ${kind}`).sort()).toEqual(
      [`${newcomer} contact`, `${untried} contact`, `${untried} event`].sort(),
    );
  });

  it('says in words when it matches nothing or everything, and then has to be confirmed', async () => {
    await people(2, 1);
    await work('refused', { code: 'email_invalid' });
    const none = await preview({ codes: ['list_full'] });
    expect(none.preview.text).toBe('The filter matches nothing, so nothing would be sent.');
    expect(await start(none.id)).toBe('nothing');
    for (const filter of [{}, { codes: ['email_invalid'] }]) {
      const all = await preview(filter);
      expect(all.preview.text).toBe(
        'The filter matches everything: 2 contacts and 2 events at 1 connection. To start it all the same, send confirm: all.',
      );
      expect(await start(all.id, false)).toBe('unconfirmed');
      expect(await bench.count('delivery')).toBe(0);
    }
    expect((await preview({ kind: 'event' })).preview).toMatchObject({
      reach: 'some',
      text: 'The filter matches 2 events at 1 connection.',
    });
  });

  it('warns of events that a vendor would record twice, and of connections that stand still', async () => {
    await people(1, 2);
    await work('delivered');
    expect((await preview()).preview.wouldRepeat).toBe(0);
    eventDedupe = 'none';
    await bench.rows(`UPDATE connection SET state = 'paused' WHERE id = $1`, [bench.ours.connectionId]);
    try {
      expect((await preview({ kind: 'event' })).preview.text).toBe(
        'The filter matches 2 events at 1 connection. What goes to Bench waits until that connection sends again. ' +
          '2 events arrived before and may be recorded twice: the vendor does not know an event again.',
      );
    } finally {
      await bench.rows(`UPDATE connection SET state = 'verified' WHERE id = $1`, [bench.ours.connectionId]);
    }
  });

  it('has nothing of another organisation', async () => {
    await bench.enqueue([contactOf(bench.theirs)], bench.theirs);
    await work('refused', { tenant: bench.theirs });
    expect((await preview()).items).toBe(0);
    await expect(preview({ connectionIds: [bench.theirs.connectionId] })).rejects.toThrow(
      'unknownConnection',
    );
  });
});

describe('a dead letter', () => {
  const dead = () =>
    bench.rows<{ delivery_id: string; subject_id: string }>(
      `SELECT delivery_id, subject_id FROM dead_letter`,
    );

  it('is kept once per contact and event, whatever version of a worker settles it', async () => {
    await people(1, 1);
    await work('expired');
    expect(await dead()).toHaveLength(2);
    await replay({ which: 'dead_letters' });
    expect(await dead()).toHaveLength(0);
    await work('refused');
    expect(await dead()).toHaveLength(2);
  });

  it('is no longer replayed when its contact arrived in another way', async () => {
    const [[contactId]] = [...(await people(1, 0))] as [[string, string[]]];
    await work('refused');
    await bench.enqueue([contactOf(bench.ours, contactId)]);
    await work('delivered');
    expect((await preview({ which: 'dead_letters' })).items).toBe(0);
  });
});
