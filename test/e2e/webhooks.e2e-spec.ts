import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { Affiliate, Campaign, Totals } from '../support/answers.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { Programme, SANDBOX_KEYS } from '../support/programme.js';
import { runSeed, seededRandom } from '../support/seeded-random.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const KILLS = 3;
const EVENTS_PER_ROUND = 120;
/** The receiver is slow, so that there is a middle to hit. */
const RECEIVER_MS = 60;
/** At a kill: messages under way, and those answered that are not written down yet. */
const UNWRITTEN = 96;

interface Endpoint {
  readonly id: string;
  readonly secret: string;
}

let receiver: WebhookReceiver;
let product: Product;
let programme: Programme;
let campaign: Campaign;
let person: Affiliate;

beforeAll(async () => {
  receiver = await WebhookReceiver.open();
  product = await Product.start({ env: { WEBHOOK_ALLOWED_HOSTS: receiver.host } });
  programme = new Programme((await product.createOrganization('Hooked')).api);
  campaign = await programme.campaign('Partners');
  person = await programme.approved(campaign, 'ada+hooks@example.com', { name: 'Ada Lovelace' });
}, 90_000);

afterAll(async () => {
  await product.stop();
  await receiver.close();
});

const endpoint = (body: object): Promise<Endpoint> =>
  programme.api.must(programme.api.post<Endpoint>('webhook-endpoints', body));
const totals = ({ id }: Endpoint): Promise<Totals> =>
  programme.api.must(programme.api.get<Totals>(`webhook-endpoints/${id}/totals`));

/** @returns ids of the events; asked again it records nothing twice. */
async function record(round: number): Promise<readonly string[]> {
  const events = Array.from({ length: EVENTS_PER_ROUND }, (_, index) => ({
    affiliateId: person.id,
    name: index % 3 === 0 ? 'commission_earned' : 'page_viewed',
    externalId: `round-${round}-${index}`,
    data: { amount: index, currency: 'EUR' },
  }));
  const { results } = await programme.api.must(
    programme.api.post<{ results: { eventId: string }[] }>('events/bulk', { events }),
  );
  return results.map(({ eventId }) => eventId);
}

it('whatever is killed in the middle, every message arrives, signed, and repeats carry the same id', async () => {
  const random = seededRandom(runSeed('webhooks'));
  const all = await endpoint({ url: receiver.url, description: 'All' });
  receiver.answer = (response) => {
    setTimeout(() => response.writeHead(204).end(), RECEIVER_MS);
  };
  const expected: string[] = [];
  let withWorkOpen = 0;
  for (let round = 0; round < KILLS; round += 1) {
    await record(round);
    await pause(Math.round(random() * 4 * RECEIVER_MS));
    await product.killServer();
    const open = await product.sql('SELECT 1 FROM lane WHERE connection_id = $1 LIMIT 1', [all.id]);
    withWorkOpen += open.length;
    await product.startServer();
    // Told again: nothing is recorded twice, so nothing more is sent.
    expected.push(...(await record(round)));
  }
  await eventually('all messages are settled', async () => (await totals(all)).conservation.open === 0, {
    withinMs: 60_000,
    state: () => totals(all),
  });
  // A run in which the kills hit nothing proves nothing.
  expect(withWorkOpen).toBeGreaterThanOrEqual(1);
  const messages = receiver.messages(all.secret);
  expect([...new Set(messages.map(({ id }) => id))].sort()).toEqual([...new Set(expected)].sort());
  const repeats = messages.length - expected.length;
  process.stdout.write(
    `killed ${KILLS} times, with work open ${withWorkOpen}; messages repeated: ${repeats}\n`,
  );
  expect(repeats).toBeLessThanOrEqual(KILLS * UNWRITTEN);
  expect(await totals(all)).toMatchObject({
    settled: [{ kind: 'event', state: 'delivered', deliveries: expected.length }],
    conservation: { created: expected.length, settled: expected.length, open: 0, holds: true },
  });
  await programme.api.call('DELETE', `webhook-endpoints/${all.id}`);
}, 180_000);

it('an endpoint can be Customer.io itself: the event lands with the person, beside what the connection writes', async () => {
  const name = `hooked_${randomUUID().slice(0, 8)}`;
  const preset = {
    name: 'customer-io-track',
    region: 'eu',
    credentials: { siteId: SANDBOX_KEYS.eu.siteId, trackApiKey: SANDBOX_KEYS.eu.trackApiKey },
  };
  const connection = await programme.connect();
  await programme.send(campaign, connection);
  await programme.quiet(connection);
  await programme.api.must(
    programme.api.put(`connections/${connection.id}/event-rules`, { mode: 'chosen', chosen: [] }),
  );
  const made = await endpoint({ preset, environment: 'sandbox', eventTypes: [name] });
  await programme.event(person, name, { data: { amount: 1250, currency: 'EUR' } });
  await eventually('it is delivered', async () => (await totals(made)).conservation.settled === 1, {
    state: () => totals(made),
  });
  const events = await eventually('it is applied', async () => {
    const found = (await product.vendor().events()).filter((event) => event.name === name);
    return found.length > 0 ? found : undefined;
  });
  expect(events).toMatchObject([{ email: 'ada+hooks@example.com', name, data: { amount: 1250 } }]);
}, 60_000);
