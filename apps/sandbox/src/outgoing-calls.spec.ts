import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Sandbox, startSandbox } from './every-vendor.js';
import { control } from './testing/vendor-client.js';

interface Call {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: readonly string[];
  readonly body: string;
}

let sandbox: Sandbox;
let merchant: Server;
let calls: Call[];
let answers: number[];
let whenCalled: (call: Call) => void;

beforeEach(async () => {
  calls = [];
  answers = [];
  whenCalled = () => undefined;
  merchant = createServer((request, response) => {
    void read(request).then((call) => {
      calls.push(call);
      response.writeHead(answers.shift() ?? 201, { 'content-type': 'application/json' });
      response.end('{"invite_url":"https://partners.example/invites/abc"}');
      whenCalled(call);
    });
  });
  await new Promise<void>((resolve) => merchant.listen(0, '127.0.0.1', resolve));
  sandbox = await startSandbox();
  await control(sandbox, 'POST', 'customer-io/settings', { delayMs: 0 });
});

afterEach(async () => {
  await sandbox.close();
  await new Promise((resolve) => merchant.close(resolve));
});

async function read(request: IncomingMessage): Promise<Call> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return { method: request.method, url: request.url, headers: request.rawHeaders, body };
}

function nextCall(): Promise<Call> {
  return new Promise((resolve) => {
    whenCalled = resolve;
  });
}

/** Brings somebody into the segment that starts the campaign. */
function qualify(): Promise<unknown> {
  const people = [{ email: 'jane@example.com', attributes: { created_at: 1712345678 } }];
  return control(sandbox, 'POST', 'customer-io/people', { workspace: 'Acme', people });
}

async function campaignTo(url: string): Promise<void> {
  await control(sandbox, 'POST', 'customer-io/campaigns', {
    ...{ workspace: 'Acme', name: 'Invite', trigger: { segment: 1 } },
    steps: [
      {
        webhook: {
          ...{ url, sending: 'automatically', body: '{"email":{{ customer.email | json }}}' },
          save: { invite_url: 'invite_url' },
        },
      },
      { mail: 'Your invitation' },
    ],
  });
}

/** The journey is past the webhook: asking the sandbox once more is enough as soon as it has heard the answer. */
async function mails(): Promise<unknown> {
  for (let times = 0; times < 500; times += 1) {
    const { mails: sent } = (await control(sandbox, 'GET', 'customer-io/mails')) as { mails: unknown[] };
    if (sent.length > 0) return sent;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return [];
}

const address = (path: string): string =>
  `http://127.0.0.1:${(merchant.address() as AddressInfo).port}${path}`;

it('makes the calls of a campaign, with no header that the vendor does not send', async () => {
  await campaignTo(address('/v1/invites'));
  const called = nextCall();
  await qualify();
  const call = await called;
  expect([call.method, call.url, call.body]).toEqual(['POST', '/v1/invites', '{"email":"jane@example.com"}']);
  expect(call.headers.filter((_, index) => index % 2 === 0)).toEqual([
    'Content-Type',
    'X-Cio-Delivery-Id',
    'X-Cio-Idempotency-Key',
    'Content-Length',
    'Host',
    'Connection',
  ]);
  expect(await mails()).toMatchObject([{ name: 'Your invitation', email: 'jane@example.com' }]);
});

it('repeats a call that was not taken once its time has come', async () => {
  answers.push(503);
  await campaignTo(address('/'));
  const called = nextCall();
  await qualify();
  await called;
  const repeated = nextCall();
  // The first answer may still be on its way; time is moved on until the repeat is due.
  for (let arrived = false; !arrived;) {
    await control(sandbox, 'POST', 'customer-io/clock', { advanceMs: 60_000 });
    arrived = await Promise.race([
      repeated.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 250, false)),
    ]);
  }
  expect(calls).toHaveLength(2);
  expect(calls[1]).toEqual(calls[0]);
});

it.each(['http://192.0.2.1/', 'http://localhost.example/', 'https://127.0.0.1/', 'file:///etc/passwd', 'x'])(
  'sends nothing to %s',
  async (url) => {
    await campaignTo(url);
    await qualify();
    let shown: unknown;
    for (let times = 0; times < 500 && shown === undefined; times += 1) {
      const { webhooks } = (await control(sandbox, 'GET', 'customer-io/webhooks')) as {
        webhooks: { state: string }[];
      };
      shown = webhooks.find(({ state }) => state === 'attempted');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(shown).toMatchObject({ failure: expect.stringContaining('this machine only') as string });
  },
);
