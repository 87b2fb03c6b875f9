import { setTimeout as pause } from 'node:timers/promises';

import type { Affiliate, Campaign, Connection } from '../support/answers.js';
import type { EmulatedVendor } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';
import { Seed } from './support/seed.js';
import { sized } from './support/size.js';

const PEOPLE = sized({ ci: 150, full: 6_250 });
/** Of each, beside the one that approving tells of. */
const EVENTS = 14;
const ITEMS = PEOPLE * (EVENTS + 2);
const KILLS = sized({ ci: 3, full: 40 });
/** Milliseconds between two of them, at the most. */
const KILL_EVERY_MS = sized({ ci: 700, full: 4_000 });
/** Until everything has arrived. */
const QUIET_MS = sized({ ci: 60_000, full: 1_800_000 });
const WITHIN_MS = sized({ ci: 240_000, full: 2 * 3_600_000 });
/** Rows that one call takes. */
const ROWS = 1_000;

interface Replay {
  readonly id: string;
  readonly state: string;
  readonly reach: string;
  readonly text: string;
  readonly items: number;
  readonly done: number;
  readonly results?: readonly { readonly kind: string; readonly state: string; readonly items: number }[];
}

let product: Product;
let vendor: EmulatedVendor;
let programme: Programme;
let connection: Connection;
let campaign: Campaign;
let people: readonly Affiliate[];

beforeAll(async () => {
  product = await Product.start();
  vendor = product.vendor();
  programme = new Programme((await product.createOrganization('Unlucky again')).api);
  ({ connection, campaign } = await programme.open({ settings: { createdAt: 'never' } }));
  const { api } = programme;
  const rows = Array.from({ length: PEOPLE }, (_, n) => ({ email: `p${n}@example.com`, name: `P ${n}` }));
  for (const affiliates of inCalls(rows))
    await api.must(api.post('affiliates/bulk', { campaign: campaign.id, status: 'approved', affiliates }));
  people = await api.all<Affiliate>('affiliates');
  for (let n = 0; n < EVENTS; n += 1) {
    const told = people.map(({ id }) => ({ affiliateId: id, name: `step_${n}`, externalId: `${n} ${id}` }));
    for (const events of inCalls(told)) await api.must(api.post('events/bulk', { events }));
  }
  await programme.quiet(connection, QUIET_MS);
  await vendor.settled();
}, WITHIN_MS);

afterAll(() => product.stop());

function inCalls<T>(rows: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(rows.length / ROWS) }, (_, n) =>
    rows.slice(n * ROWS, (n + 1) * ROWS),
  );
}

/** As after days in which the vendor took nothing: everything that was settled ended as expired. */
async function expireEverything(): Promise<void> {
  await product.sql(`UPDATE history SET state = 'expired', code = 'expired'`);
  await product.sql(
    `INSERT INTO dead_letter (organization_id, connection_id, contact_id, subject_id, delivery_id, settled_at)
     SELECT organization_id, connection_id, contact_id, coalesce(event_id, contact_id), id, settled_at FROM history
      WHERE kind = 'event' OR id IN (SELECT max(id::text)::uuid FROM history WHERE kind = 'contact' GROUP BY contact_id)`,
  );
  await product.sql(`UPDATE ledger SET state = 'expired', code = 'expired'`);
}

const order = (since: string): Promise<{ contact_id: string; event_id: string; dedupe_id: string }[]> =>
  product.sql(
    `SELECT contact_id, event_id, dedupe_id FROM history
      WHERE connection_id = $1 AND kind = 'event' AND cause ${since} ORDER BY contact_id, lane_id, lane_seq`,
    [connection.id],
  );

it(
  'dead letters that are replayed while the server is killed arrive once each, in order, with their ids',
  async () => {
    const { api } = programme;
    const seed = Seed.from(process.env['FAULTS_SEED']);
    process.stdout.write(`replay: seed ${seed.toString()}\n`);
    const random = seed.stream('kills');
    const before = await order(`<> 'replayed'`);
    expect(before.length).toBe(PEOPLE * (EVENTS + 1));
    await expireEverything();
    // Newer than anything that is replayed.
    const renamed = people.slice(0, 10);
    await api.must(api.post(`connections/${connection.id}/pause`));
    for (const { id } of renamed) await api.must(api.patch(`affiliates/${id}`, { name: 'Newer Name' }));

    const replay = await api.must<Replay>(api.post('replays', { filter: { which: 'dead_letters' } }));
    expect(replay).toMatchObject({
      ...{ state: 'previewed', reach: 'some', items: ITEMS, done: 0 },
      text: `The filter matches ${PEOPLE.toLocaleString('en')} contacts and ${(ITEMS - PEOPLE).toLocaleString('en')} events at 1 connection. What goes to ${connection.label} waits until that connection sends again.`,
    });
    await api.must(api.post(`replays/${replay.id}/start`));
    let withWorkLeft = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await pause(Math.round(random() * KILL_EVERY_MS));
      await product.killServer();
      const [row] = await product.sql<{ state: string }>('SELECT state FROM replay WHERE id = $1', [
        replay.id,
      ]);
      const [open] = await product.sql<{ n: number }>('SELECT count(*)::int AS n FROM delivery');
      if (row?.state === 'running' || (open?.n ?? 0) > 0) withWorkLeft += 1;
      await product.startServer();
      if (kill === 0) await api.must(api.post(`connections/${connection.id}/resume`));
    }
    // A run in which the kills hit nothing proves nothing.
    expect(withWorkLeft).toBeGreaterThanOrEqual(KILLS / 3);
    process.stdout.write(`replay: ${withWorkLeft} of ${KILLS} kills found work open, ${ITEMS} deliveries\n`);
    const finished = await eventually(
      'the replay is finished',
      async () => {
        const now = await api.must<Replay>(api.get(`replays/${replay.id}`));
        return now.state === 'finished' ? now : undefined;
      },
      { withinMs: QUIET_MS, state: () => api.get(`replays/${replay.id}`) },
    );
    expect(finished.done).toBe(ITEMS);
    await programme.quiet(connection, QUIET_MS);
    await vendor.settled();

    expect(await order(`= 'replayed'`)).toEqual(before);
    const { workspace } = await vendor.summary();
    expect(workspace.events).toBe(PEOPLE * (EVENTS + 1));
    expect(workspace.repeatedEvents).toBeGreaterThanOrEqual(workspace.events);
    for (const { email } of renamed) {
      expect((await vendor.profile(email))?.attributes).toMatchObject({
        first_name: 'Newer',
        last_name: 'Name',
      });
    }
    expect(await api.all('dead-letters')).toEqual([]);
    expect((await programme.totals(connection)).conservation).toMatchObject({ open: 0, holds: true });
    const { results = [] } = await api.must<Replay>(api.get(`replays/${replay.id}`));
    expect(results.reduce((sum, { items }) => sum + items, 0)).toBe(ITEMS);
    expect(results.filter(({ kind }) => kind === 'event')).toEqual([
      expect.objectContaining({ state: 'delivered', items: PEOPLE * (EVENTS + 1) }),
    ]);
  },
  WITHIN_MS,
);

it('what has arrived may be replayed on purpose, and contacts that are up to date are not written again', async () => {
  const { api } = programme;
  const someone = people[20]!;
  const replay = await api.must<Replay>(api.post('replays', { filter: { affiliates: [someone.id] } }));
  const calls = (await product.sql(`SELECT 1 FROM attempt WHERE contact_id = $1`, [someone.id])).length;
  await api.must(api.post(`replays/${replay.id}/start`));
  const told = await eventually('everything has ended', async () => {
    const { results = [] } = await api.must<Replay>(api.get(`replays/${replay.id}`));
    const ended = results.filter(({ state }) => state !== 'open').reduce((sum, { items }) => sum + items, 0);
    return ended === replay.items ? results : undefined;
  });
  expect(told).toEqual([
    {
      ...{ kind: 'contact', state: 'unchanged', items: 1 },
      reason: expect.objectContaining({ code: 'replay_superseded' }) as unknown,
    },
    { kind: 'event', state: 'delivered', items: EVENTS + 1 },
  ]);
  expect((await product.sql(`SELECT 1 FROM attempt WHERE contact_id = $1`, [someone.id])).length).toBe(
    calls + EVENTS + 1,
  );
});

it('everything is replayed only by who confirms it, and nothing is not started', async () => {
  const { api } = programme;
  const all = await api.must<Replay>(api.post('replays', { filter: {} }));
  expect(all.reach).toBe('everything');
  const refused = await api.post<{ code: string; errors: unknown }>(`replays/${all.id}/start`);
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'state_conflict', errors: [{ pointer: '#/confirm', code: 'confirmation_needed' }] },
  });
  const none = await api.must<Replay>(api.post('replays', { filter: { codes: ['list_full'] } }));
  expect(none.text).toBe('The filter matches nothing, so nothing would be sent.');
  expect((await api.post(`replays/${none.id}/start`)).status).toBe(409);
  expect((await product.sql('SELECT 1 FROM delivery')).length).toBe(0);
});
