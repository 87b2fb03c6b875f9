/**
 * An endpoint that is Customer.io's own Track API, from the preset's keys to the event in the emulated workspace. Nothing of
 * the product is started: the sender and the sandbox are enough.
 */
import { control, startSandbox, type Sandbox } from '@rekomi/sandbox';
import {
  GuardedSender,
  presetHeaders,
  presetUrl,
  renderBody,
  renderUrl,
  type EndpointAnswer,
  type WebhookMessage,
} from '@rekomi/webhooks';

const EMAIL = "o'brien+río/50%@example.com";
let sandbox: Sandbox;
let sender: GuardedSender;

beforeAll(async () => {
  sandbox = await startSandbox();
  sender = new GuardedSender({ userAgent: 'Rekomi test', sandboxUrl: sandbox.url });
  await control(sandbox, 'POST', 'customer-io/settings', { delayMs: 0 });
});
afterAll(async () => {
  await sender.close();
  await sandbox.close();
});

const message = (id: string, change: Partial<WebhookMessage> = {}): WebhookMessage => ({
  id,
  type: 'commission_earned',
  timestamp: new Date().toISOString(),
  data: { amount: 1250, currency: 'EUR', recipient: 'elsewhere@example.com' },
  affiliate: { id: 'aff_1', email: EMAIL },
  campaign: { id: 'cmp_1', name: 'River launch' },
  ...change,
});

async function deliver(
  region: 'us' | 'eu',
  one: WebhookMessage,
  keys = { siteId: `sandbox-site-${region}`, trackApiKey: `sandbox-track-${region}` },
): Promise<EndpointAnswer> {
  const template = presetUrl('customer-io-track', region);
  const headers = presetHeaders('customer-io-track', keys);
  const body = renderBody({ preset: 'customer-io-track' }, one);
  if (!template.ok || !headers.ok || !body.ok) throw new Error('The preset refused what it should take.');
  const url = renderUrl(template.url, one);
  if (!url.ok) throw new Error(url.detail);
  return sender.send({
    url: url.url,
    headers: { 'content-type': body.contentType, ...headers.headers },
    body: body.body,
    timeoutMs: 15_000,
    environment: 'sandbox',
  });
}

/** What happened to the person who has this address in the workspace, by the sandbox's own account. */
const events = async (email: string): Promise<unknown[]> => {
  const query = new URLSearchParams({ email });
  const { events: found } = await control(sandbox, 'GET', `customer-io/events?${query.toString()}`);
  return found as unknown[];
};

test.each(['us', 'eu'] as const)(
  'an event reaches the right person in the %s, once, however often it is sent',
  async (region) => {
    const one = message(`msg_${region}`, { affiliate: { id: 'aff_1', email: `${region}-${EMAIL}` } });
    for (let time = 0; time < 3; time += 1) {
      expect(await deliver(region, one)).toMatchObject({
        kind: 'answered',
        status: 200,
        body: expect.stringContaining('{}'),
      });
    }
    const found = await events(`${region}-${EMAIL}`);
    expect(found).toMatchObject([
      { name: 'commission_earned', data: { amount: 1250, currency: 'EUR', campaign: { id: 'cmp_1' } } },
    ]);
    expect(JSON.stringify(found)).not.toContain('elsewhere');
  },
);

test('wrong keys are answered as such, and the answer shows none of them', async () => {
  const keys = { siteId: 'sandbox-site-us', trackApiKey: 'nonsense-7f3a9c51' };
  const answer = await deliver('us', message('msg_wrong'), keys);
  expect(answer).toMatchObject({ kind: 'answered', status: 401 });
  expect(JSON.stringify(answer)).not.toContain(keys.trackApiKey);
});

test('two messages of the same moment are two events', async () => {
  const email = 'two@example.com';
  const at = { timestamp: new Date().toISOString(), affiliate: { id: 'aff_2', email } };
  await deliver('us', message('msg_a', at));
  await deliver('us', message('msg_b', at));
  expect(await events(email)).toHaveLength(2);
});
