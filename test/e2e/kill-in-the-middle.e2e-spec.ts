import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { Affiliate, Campaign, Connection } from '../support/answers.js';
import type { EmulatedVendor, Profile } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { exampleAffiliates } from '../support/example-affiliates.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';
import { runSeed, seededRandom } from '../support/seeded-random.js';

const SERVER_KILLS = 5;
const SANDBOX_KILLS = 1;
/** The vendor is slow, so that there is a middle to hit. */
const VENDOR_MS = 120;
const WITHIN_MS = 40_000;

interface StoredAffiliate extends Affiliate {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly joinedAt: string;
}

let product: Product;
let vendor: EmulatedVendor;
let programme: Programme;
let connection: Connection;
let campaign: Campaign;
let people: readonly StoredAffiliate[];

beforeAll(async () => {
  product = await Product.start();
  vendor = product.vendor();
  programme = new Programme((await product.createOrganization('Unlucky')).api);
  // "Always" needs no look at the vendor first, so that every field can be expected at the end.
  ({ connection, campaign } = await programme.open({ settings: { createdAt: 'always' } }));
  const taken = await programme.api.must(
    programme.api.post<{ created: number; invalid: number }>('affiliates/bulk', {
      campaign: campaign.id,
      affiliates: exampleAffiliates(),
    }),
  );
  expect(taken).toMatchObject({ created: 192, invalid: 3 });
  people = await programme.api.all<StoredAffiliate>('affiliates');
});

afterAll(() => product.stop());

/** Approves and records an event each; asked again with the same keys it does nothing twice. */
async function approve(chunk: readonly Affiliate[], key: string): Promise<void> {
  const headers = { 'idempotency-key': key };
  const affiliateIds = chunk.map(({ id }) => id);
  const answer = await programme.api.must(
    programme.api.post<{ failed: number }>('affiliates/approve', { affiliateIds }, { headers }),
  );
  expect(answer.failed).toBe(0);
  for (const { id } of chunk.slice(0, 5)) {
    const event = { affiliateId: id, name: 'welcome_sent', externalId: `welcome-${id}` };
    await programme.api.must(programme.api.post('events', event));
  }
}

async function openLanes(): Promise<number> {
  const [row] = await product.sql<{ n: number }>(
    'SELECT count(*)::int AS n FROM lane WHERE held_code IS NULL',
  );
  return row?.n ?? 0;
}

const addressKey = (email: string | null): string => (email ?? '').toLowerCase();

it('whatever is killed in the middle, everybody lands once, as promised, and each event arrives once', async () => {
  const random = seededRandom(runSeed('kill in the middle'));
  const size = Math.ceil(people.length / (SERVER_KILLS + SANDBOX_KILLS));
  const chunks = Array.from({ length: SERVER_KILLS + SANDBOX_KILLS }, (_, index) =>
    people.slice(index * size, (index + 1) * size),
  );
  const kills = { server: 0, sandbox: 0, withWorkOpen: 0, duringRequest: 0 };
  await vendor.fault({ fault: 'slow', param: String(VENDOR_MS), times: 1_000_000 });

  for (const [index, chunk] of chunks.entries()) {
    const key = randomUUID();
    const killsSandbox = index === chunks.length - 1;
    // Every second kill comes while the request itself may be under way; it is repeated, as a good client does.
    const meanwhile = index % 2 === 1;
    const request = approve(chunk, key).then(
      () => true,
      () => false,
    );
    if (!meanwhile) await request;
    await pause(Math.round(random() * 4 * VENDOR_MS));
    if (killsSandbox) {
      await product.killSandbox();
      kills.sandbox += 1;
    } else {
      await product.killServer();
      kills.server += 1;
    }
    if ((await openLanes()) > 0) kills.withWorkOpen += 1;
    const answered = await request;
    if (!answered) kills.duringRequest += 1;
    if (killsSandbox) {
      await eventually('the vendor was missed', async () => {
        const [row] = await product.sql("SELECT 1 FROM attempt WHERE code LIKE 'vendor_%' LIMIT 1");
        return row !== undefined;
      });
      await product.startSandbox();
    } else await product.startServer();
    await approve(chunk, key);
  }
  await programme.quiet(connection, WITHIN_MS);
  await vendor.settled();

  const { workspace } = await vendor.summary();
  process.stdout.write(
    `killed: server ${kills.server} times, sandbox ${kills.sandbox}; with work open ${kills.withWorkOpen}, ` +
      `during a request ${kills.duringRequest}; events the vendor got again and dropped: ${workspace.repeatedEvents}\n`,
  );
  expect(kills).toMatchObject({ server: SERVER_KILLS, sandbox: SANDBOX_KILLS });
  // A run in which the kills hit nothing proves nothing.
  expect(kills.withWorkOpen).toBeGreaterThanOrEqual(3);

  // Two addresses are longer than the vendor takes; everybody else is there, and nobody besides.
  const refused = people.filter(({ email }) => Buffer.byteLength(email) > 150);
  const landed = people.filter((person) => !refused.includes(person));
  expect([refused.length, landed.length]).toEqual([2, 190]);
  const profiles = new Map((await vendor.profiles()).map((profile) => [addressKey(profile.email), profile]));
  expect([...profiles.keys()].sort()).toEqual(landed.map(({ email }) => addressKey(email)).sort());
  for (const person of landed) expectPromised(profiles.get(addressKey(person.email)), person);

  const events = await vendor.events();
  const counted = new Map<string, number>();
  for (const { email, name } of events) {
    const key = `${name} ${addressKey(email)}`;
    counted.set(key, (counted.get(key) ?? 0) + 1);
  }
  const greeted = chunks.flatMap((chunk) => chunk.slice(0, 5)).filter((person) => landed.includes(person));
  const wanted = [
    ...landed.map(({ email }) => `affiliate_approved ${addressKey(email)}`),
    ...greeted.map(({ email }) => `welcome_sent ${addressKey(email)}`),
  ];
  expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(wanted.map((key) => [key, 1])));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);

  const [left] = await product.sql(
    `SELECT count(*)::int AS lanes, count(held_code)::int AS held FROM lane WHERE connection_id = $1`,
    [connection.id],
  );
  expect(left).toEqual({ lanes: 2, held: 2 });
  await eventually('no drain is left', async () => (await product.sql('SELECT 1 FROM drain')).length === 0);
  const { conservation, settled } = await programme.totals(connection);
  const waiting = events.length === 0 ? 0 : await waitingEvents();
  expect(conservation).toMatchObject({ open: waiting, holds: true });
  const deliveredEvents = settled.find(({ kind, state }) => kind === 'event' && state === 'delivered');
  expect(deliveredEvents?.deliveries).toBe(events.length);
  expect(settled.map(({ kind, state }) => `${kind} ${state}`)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/expired|ignored|discarded|cancelled/)]),
  );
}, 240_000);

function expectPromised(profile: Profile | undefined, person: StoredAffiliate): void {
  expect({ email: person.email, ...profile?.attributes, segments: profile?.segments }).toEqual({
    email: person.email,
    ...(person.firstName === null ? {} : { first_name: person.firstName }),
    ...(person.lastName === null ? {} : { last_name: person.lastName }),
    created_at: String(Math.floor(Date.parse(person.joinedAt) / 1000)),
    rekomi_status: 'approved',
    rekomi_tags: 'Rekomi affiliate',
    segments: ['Signed up', 'Affiliates'],
  });
}

/** Events of the two people whom the vendor does not take. */
async function waitingEvents(): Promise<number> {
  const [row] = await product.sql<{ n: number }>(
    "SELECT count(*)::int AS n FROM delivery WHERE connection_id = $1 AND kind = 'event'",
    [connection.id],
  );
  return row?.n ?? 0;
}
