import { randomBytes } from 'node:crypto';

import { Browser, OWN_PAGE } from '../support/browser.js';
import { type Canaries, leaks } from '../support/canaries.js';
import { databaseDump } from '../support/database-dump.js';
import { eventually } from '../support/eventually.js';
import { everyGetAnswer } from '../support/every-get-answer.js';
import { type FurnishedOrganization, furnish } from '../support/furnished-organization.js';
import { Mailbox } from '../support/mailbox.js';
import { ownedOrganization } from '../support/owned-organization.js';
import { Product } from '../support/product.js';

const password = (): string => `${randomBytes(12).toString('hex')} & ünique`;
const passwords = { first: password(), wrong: password(), changed: password(), reset: password() };

/** Where an invite's link is told by design: to whoever manages invites. */
const TELLS_INVITES = ['/v1/invites', '/v1/invites.csv', '/v1/invites/{id}', '/v1/invites/{id}/link'];

let mailbox: Mailbox;
let product: Product;
let acme: FurnishedOrganization;
let canaries: Canaries;
/** The link to invite somebody; told where invites are looked after, and nowhere else. */
let inviteLink: Canaries;
/** Answers to calls that carried secrets where they do not belong. */
const answers: string[] = [];

beforeAll(async () => {
  mailbox = await Mailbox.open();
  product = await Product.start({ env: { LOG_LEVEL: 'trace', SMTP_URL: mailbox.url } });
  const owned = await ownedOrganization(product, 'Acme', passwords.first);
  acme = await furnish(() => product.url, mailbox, owned, 'canary');
  const rotated = await acme.api.must<{ secret: string }>(
    acme.api.post(`inbound-sources/${acme.shop.sourceId}/rotate-secret`, {}),
  );
  const rotatedHook = await acme.api.must<{ secret: string }>(
    acme.api.post(`webhook-endpoints/${acme.ids['webhook-endpoints']!}/rotate-secret`, {}),
  );
  const { email } = acme.person;
  await product.api(undefined).post('password-resets', { email });
  const reset = await mailbox.token(email, '/account/reset/');
  const bare = (secret: string): string => secret.replace(/^whsec_/, '');
  canaries = {
    ...passwords,
    sessionCookie: acme.owner.sessionToken,
    firstOwnerToken: acme.firstOwnerToken,
    apiKey: acme.apiKey,
    keyBeforeRotation: acme.rotatedKey[0],
    keyAfterRotation: acme.rotatedKey[1],
    inboundSecret: bare(acme.shop.secret),
    inboundKey: Buffer.from(bare(acme.shop.secret), 'base64').toString('hex'),
    inboundSecretAfterRotation: bare(rotated.secret),
    webhookSecret: bare(acme.webhookSecret),
    webhookKey: Buffer.from(bare(acme.webhookSecret), 'base64').toString('hex'),
    webhookSecretAfterRotation: bare(rotatedHook.secret),
    stripeSecret: bare(acme.stripeSource.secret),
    memberInvitation: acme.links.invitation,
    unsubscribe: acme.links.unsubscribe,
    confirmation: acme.links.confirmation,
    passwordReset: reset,
  };
  inviteLink = { invite: acme.links.invite };
  await misuse();
  await use(reset);
}, 90_000);

afterAll(async () => {
  await product.stop();
  await mailbox.close();
});

async function tell(method: string, path: string, body?: unknown, headers = {}): Promise<void> {
  const answer = await product.api(undefined).call(method, path, body, { headers });
  answers.push(JSON.stringify([path.length, answer.status, [...answer.headers], answer.body]));
}

/** Every secret at every door, in the address, as a key, a cookie and a field: most of them at the wrong one. */
async function misuse(): Promise<void> {
  const secrets = { ...canaries, ...inviteLink };
  for (const [name, secret] of Object.entries(secrets)) {
    const inPath = encodeURIComponent(secret);
    for (const door of [
      '/invites/',
      '/unsubscribe/',
      '/p/confirm/',
      '/account/invitation/',
      '/v1/nothing/',
    ]) {
      if (name === 'memberInvitation' || !/^[\w.-]+$/.test(secret)) continue;
      await product.api(undefined).get(`${door}${inPath}`);
    }
    await tell('GET', 'organization', undefined, { authorization: `Bearer ${encodeURIComponent(secret)}` });
    await tell('GET', 'session', undefined, { cookie: `rekomi_session=${encodeURIComponent(secret)}` });
    await tell(
      'POST',
      'campaigns',
      { name: 7, description: secret },
      { authorization: `Bearer ${acme.apiKey}` },
    );
  }
  const { email } = acme.person;
  await tell('POST', 'session', { email, password: passwords.wrong }, OWN_PAGE);
  await tell('POST', 'session', { email: 5, password: passwords.wrong, more: passwords.wrong }, OWN_PAGE);
  await acme.owner.post('me/password', { currentPassword: passwords.wrong, newPassword: passwords.changed });
  await acme.shop.send('conversions', { orderId: 1 }, { secret: acme.stripeSource.secret });
}

/** The password changes twice, the second time by the link of a mail; every session ends, and somebody signs in anew. */
async function use(reset: string): Promise<void> {
  await acme.owner.must(
    acme.owner.post('me/password', { currentPassword: passwords.first, newPassword: passwords.changed }),
  );
  // This page sends its form to its own address, so it repeats the link that it was opened with.
  await product.api(undefined).get(`/account/reset/${reset}`);
  const form = { token: reset, password: passwords.reset };
  await tell('POST', 'password-resets/complete', form, OWN_PAGE);
  await tell('POST', 'password-resets/complete', form, OWN_PAGE);
}

describe('passwords, sessions, links, keys and signing secrets', () => {
  it('were really used, so that looking for them means something', async () => {
    const { email } = acme.person;
    const signIn = (password: string) => product.api(undefined).post('session', { email, password });
    expect((await signIn(passwords.changed)).status).toBe(401);
    const { status, headers } = await signIn(passwords.reset);
    expect(status).toBe(201);
    expect(headers.get('set-cookie')).toContain('rekomi_session=');
    const log = await product.log();
    expect(log).toContain('/v1/password-resets/complete');
    expect(log).toContain('/account/reset/');
    expect(answers.length).toBeGreaterThan(40);
  });

  it('stand in no line of the server’s log, at its most talkative', async () => {
    const log = await product.log();
    expect(log.length).toBeGreaterThan(10_000);
    expect(leaks(log, { ...canaries, ...inviteLink })).toEqual([]);
  });

  it('stand in no answer to a call that carried them', () => {
    expect(leaks(answers.join('\n'), { ...canaries, ...inviteLink })).toEqual([]);
  });

  it('stand in no answer to any GET, but for the links of invites where those are looked after', async () => {
    const { email } = acme.person;
    const owner = await Browser.signIn(() => product.url, { email, password: passwords.reset });
    const told = await everyGetAnswer(product, { ...acme, owner });
    expect(leaks([...told.values()].join('\n'), { ...canaries, session: owner.sessionToken })).toEqual([]);
    const tellers = [...told].filter(([, text]) => leaks(text, inviteLink).length > 0);
    expect(TELLS_INVITES).toEqual(expect.arrayContaining(tellers.map(([path]) => path)));
    expect(tellers.length).toBeGreaterThan(0);
  });

  it('stand nowhere in the database once the mails are sent', async () => {
    await eventually('all mails are sent', async () => {
      const [waiting] = await product.sql<{ n: string }>(
        `SELECT count(*) AS n FROM mail WHERE state <> 'sent'`,
      );
      return waiting?.n === '0';
    });
    const dump = await databaseDump(product.superuserUrl);
    const found = [...dump].flatMap(([table, text]) =>
      leaks(text, { ...canaries, ...inviteLink }).map((leak) => `${table}: ${leak}`),
    );
    expect(found).toEqual([]);
    // The search finds what is there.
    expect(leaks(dump.get('public.mail') ?? '', { recipient: 'newcomer-canary@example.com' })).not.toEqual(
      [],
    );
  });
});
