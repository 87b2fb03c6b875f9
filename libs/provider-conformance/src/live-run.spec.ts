import { startSandbox, type Sandbox } from '@rekomi/vendor-emulation';

import { runLive } from './live-run.js';
import { plainPostEmulator } from './testing/plain-post/plain-post.emulator.js';
import { PlainPostProvider } from './testing/plain-post/plain-post.provider.js';

const subject = { provider: new PlainPostProvider(), emulator: plainPostEmulator };
const KEYS = { REKOMI_LIVE_PLAIN_POST_API_KEY: 'acme-eu-0ddba11c0ffee' };

let sandbox: Sandbox;
let said: string[];

beforeEach(async () => {
  sandbox = await startSandbox({ factories: { 'plain-post': plainPostEmulator } });
  said = [];
});

afterEach(() => sandbox.close());

const run = (environment: Record<string, string>, provider = subject) =>
  runLive(provider, environment, { sandboxUrl: sandbox.url, say: (text) => void said.push(text) });

it('says first what it will write, writes one person, and leaves the account as it was', async () => {
  const { probe } = sandbox.emulator('plain-post');
  const list = probe.addAudience('Affiliates');
  probe.seed({ email: 'jane@example.com', audiences: [list], consent: 'subscribed' });
  const report = await run({ ...KEYS, REKOMI_LIVE_PLAIN_POST_AUDIENCE: list });
  expect(report).toMatchObject({ mode: 'live', passed: true });
  expect(said[0]).toMatch(/Account Acme Europe.*rekomi-conformance\+[0-9a-f]{12}@example\.com/);
  expect(said[0]).toContain(`put into audience ${list}`);
  expect(said[1]).toBe('Clean-up: taking back came to accepted, erasing came to confirmed.');
  expect(probe.count()).toBe(1);
  expect(probe.contact('jane@example.com')).toMatchObject({ audiences: [list], consent: 'subscribed' });
  expect(said.join()).not.toContain(KEYS.REKOMI_LIVE_PLAIN_POST_API_KEY);
});

it('names the variable that is missing, and writes nothing with a key that is refused', async () => {
  expect(await run({})).toBe('The environment lacks REKOMI_LIVE_PLAIN_POST_API_KEY.');
  expect(await run({ REKOMI_LIVE_PLAIN_POST_API_KEY: 'acme-eu-ffffffffff' })).toBe(
    'The credentials came to rejected credentials_rejected; nothing was written.',
  );
  expect(said).toEqual([]);
});

it('cleans up after a case that failed', async () => {
  const broken = new PlainPostProvider();
  broken.trackEvent = () => Promise.resolve({ kind: 'refused', code: 'event_refused' });
  const report = await run(KEYS, { provider: broken, emulator: plainPostEmulator });
  expect(report).toMatchObject({ passed: false });
  expect(sandbox.emulator('plain-post').probe.count()).toBe(0);
});
