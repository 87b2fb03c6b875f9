import { randomUUID } from 'node:crypto';

import type { Affiliate, Campaign, Connection } from '../support/answers.js';
import { EmulatedVendor } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';

let product: Product;
let programme: Programme;
let vendor: EmulatedVendor;
let connection: Connection;
let campaign: Campaign;
let keys: { readonly siteId: string; readonly trackApiKey: string; readonly appApiKey: string };
const people: Affiliate[] = [];

beforeAll(async () => {
  product = await Product.start();
  const siteId = `site-${randomUUID()}`;
  keys = { siteId, trackApiKey: `track-${siteId}`, appApiKey: `app-${siteId}` };
  await EmulatedVendor.changeWorkspace(product.sandboxUrl, { name: siteId, region: 'eu', ...keys });
  vendor = product.vendor(siteId);
  const segment = await vendor.addSegment('Affiliates');
  programme = new Programme((await product.createOrganization('Careful')).api);
  connection = await programme.connect({ credentials: keys, defaultAudience: String(segment) });
  campaign = await programme.campaign('Partners');
  for (let index = 0; index < 12; index += 1)
    people.push(
      await programme.approved(campaign, `careful+${index}@example.com`, { name: `Ada No. ${index}` }),
    );
  await programme.send(campaign, connection, { enabled: false });
});

afterAll(() => product.stop());

interface Preview {
  readonly people: readonly {
    readonly affiliateId: string;
    readonly action: string;
    readonly moreMayFollow: boolean;
    readonly requests: readonly {
      readonly made: boolean;
      readonly method: string;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
    }[];
  }[];
  readonly counts: Readonly<Record<string, number>>;
}

interface FirstSync {
  readonly mode: string;
  readonly state: string;
  readonly people?: number;
  readonly counts: Readonly<Record<string, number>>;
}

const address = (): string => `connections/${connection.id}`;
const preview = (body: object = {}): Promise<Preview> =>
  programme.api.must(programme.api.post<Preview>(`${address()}/previews`, body));
const firstSync = (): Promise<FirstSync> =>
  programme.api.must(programme.api.get<FirstSync>(`${address()}/first-sync`));

/** Requests that could have changed something. */
const writes = async () => (await vendor.exchanges()).filter(({ method }) => method !== 'GET');

it('shows before a connection is switched on what five people would be sent, and writes nothing', async () => {
  const tables = ['lane', 'delivery', 'ledger', 'history', 'attempt', 'intention'];
  const rows = () =>
    Promise.all(tables.map((table) => product.sql(`SELECT t::text FROM ${table} t ORDER BY 1`)));
  const before = await rows();
  const announced = await preview();
  expect(announced.counts).toEqual({
    ...{ new: 12, changed: 0, unchanged: 0, takenBack: 0, refused: 0, leftOut: 0 },
  });
  expect(announced.people.map(({ affiliateId }) => affiliateId)).toEqual(
    people
      .slice(-5)
      .reverse()
      .map(({ id }) => id),
  );
  for (const person of announced.people) {
    expect(person).toMatchObject({ action: 'add', moreMayFollow: true });
    expect(person.requests.filter(({ made }) => !made)).toHaveLength(1);
  }
  const text = JSON.stringify(announced);
  for (const key of [keys.trackApiKey, keys.appApiKey]) expect(text).not.toContain(key);
  expect(await writes()).toEqual([]);
  expect(await vendor.profiles()).toEqual([]);
  expect(await rows()).toEqual(before);
});

it('takes the ten who were approved first', async () => {
  await programme.api.must(programme.api.put(`${address()}/first-sync`, { mode: 'first_ten' }));
  await programme.send(campaign, connection);
  await programme.quiet(connection);
  await vendor.settled();
  expect((await vendor.profiles()).map(({ email }) => email).sort()).toEqual(
    people
      .slice(0, 10)
      .map(({ email }) => email)
      .sort(),
  );
  expect(await firstSync()).toMatchObject({
    mode: 'first_ten',
    state: 'waiting_for_word',
    counts: { done: 10, waiting: 0, refused: 0, leftOut: 2 },
  });
});

it('leaves alone who waits, and sends the rest when told so, by the very requests that it had shown', async () => {
  const [waiting, last] = people.slice(10) as [Affiliate, Affiliate];
  await programme.event(waiting, 'won_a_prize');
  await programme.api.must(programme.api.patch(`affiliates/${waiting.id}`, { name: 'Changed Name' }));
  await programme.quiet(connection);
  expect(await vendor.profile(waiting.email)).toBeUndefined();

  const shown = (await preview({ affiliateIds: [last.id] })).people[0]!.requests.find(({ made }) => !made)!;
  const sent = (await writes()).length;
  const step = await programme.api.must(
    programme.api.post<FirstSync>(`${address()}/first-sync/continue`, {}),
  );
  expect(step).toMatchObject({ mode: 'all', people: 2 });
  await programme.quiet(connection);
  await vendor.settled();
  expect(await vendor.profiles()).toHaveLength(12);
  expect(await firstSync()).toMatchObject({ state: 'done', counts: { done: 12, leftOut: 0 } });

  // Two are too few for a bulk call, so the request arrived just as it had been shown.
  const arrived = (await writes()).slice(sent).find(({ body }) => body === shown.body);
  expect(arrived).toMatchObject({ method: shown.method });
  expect(`https://${arrived!.host}${arrived!.path}`).toBe(shown.url);
  expect(
    await eventually('the counts add up', async () => (await programme.totals(connection)).conservation),
  ).toMatchObject({ holds: true, open: 0 });
});
