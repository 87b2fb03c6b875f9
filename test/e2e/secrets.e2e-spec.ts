import { randomBytes } from 'node:crypto';

import type { Affiliate, Campaign, Connection, Delivery } from '../support/answers.js';
import type { Api } from '../support/api.js';
import { leaks, spellings } from '../support/canaries.js';
import { databaseDump } from '../support/database-dump.js';
import { EmulatedVendor } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { everyGetAnswer } from '../support/every-get-answer.js';
import { type FurnishedOrganization, furnish } from '../support/furnished-organization.js';
import { Mailbox } from '../support/mailbox.js';
import { ownedOrganization } from '../support/owned-organization.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';

const secret = (): string => randomBytes(16).toString('hex');

/** Of credentials that were right, of wrong ones, and of those that came later. The site id is no secret. */
const canaries: Record<string, string> = {
  trackApiKey: secret(),
  appApiKey: secret(),
  wrongTrackApiKey: secret(),
  wrongAppApiKey: secret(),
  renewedTrackApiKey: secret(),
};
const siteId = `site${secret()}`;
const WORKSPACE = { id: 3001, name: 'Canaries', siteId, region: 'eu' };

let product: Product;
let vendor: EmulatedVendor;
let organization: FurnishedOrganization;
let mailbox: Mailbox;
let api: Api;
let connection: Connection;
let campaign: Campaign;
const affiliates: Affiliate[] = [];
/** Everything the API answered to the calls that carried secrets. */
const answers: string[] = [];

const leaksIn = (text: string): readonly string[] => leaks(text, canaries, siteId);

beforeAll(async () => {
  mailbox = await Mailbox.open();
  product = await Product.start({ env: { LOG_LEVEL: 'trace', SMTP_URL: mailbox.url } });
  vendor = product.vendor(siteId);
  const owned = await ownedOrganization(product, 'Canary');
  organization = await furnish(() => product.url, mailbox, owned, 'canary');
  canaries['apiKey'] = organization.apiKey;
  api = organization.api;
  await EmulatedVendor.changeWorkspace(product.sandboxUrl, {
    ...WORKSPACE,
    trackApiKey: canaries['trackApiKey'],
    appApiKey: canaries['appApiKey'],
  });
  await live();
}, 90_000);

afterAll(async () => {
  await product.stop();
  await mailbox.close();
});

/** A life with everything that can go wrong with a key: mistyped, swapped, failing, revoked, renewed. */
async function live(): Promise<void> {
  const good = { siteId, trackApiKey: canaries['trackApiKey'], appApiKey: canaries['appApiKey'] };
  const told = async (call: ReturnType<Api['post']>): Promise<void> => {
    const { body, headers } = await call;
    answers.push(JSON.stringify(body), JSON.stringify([...headers]));
  };
  const body = (credentials: object) => ({ provider: 'customer-io', environment: 'sandbox', credentials });
  for (const wrong of [
    { ...good, trackApiKey: canaries['wrongTrackApiKey'] },
    { ...good, appApiKey: canaries['wrongAppApiKey'] },
    { ...good, trackApiKey: canaries['appApiKey'], appApiKey: canaries['trackApiKey'] },
    { ...good, trackApiKey: `${canaries['trackApiKey']} ${canaries['trackApiKey']}` },
    { ...good, trackApiKey: { nested: canaries['trackApiKey'] } },
  ]) {
    await told(api.post('connections/verify', body(wrong)));
    await told(api.post('connections', body(wrong)));
  }
  await told(api.post('connections', undefined, { raw: `{"trackApiKey": "${canaries['trackApiKey']}"` }));
  await told(product.api(`${organization.apiKey}x`).post('connections', {}));
  await told(api.get(`affiliates?q=${canaries['trackApiKey']}`));
  // A name that is not known is named in the answer; it must not be written down all the same.
  const misplaced = canaries['trackApiKey'] ?? '';
  await api.post('connections', { ...body(good), [misplaced]: 1 });
  await api.post('connections', body({ ...good, [misplaced]: 'as a name' }));
  await api.get(`connections/${misplaced}`);
  await told(api.post('connections/verify', body(good)));

  const programme = new Programme(api);
  ({ connection, campaign } = await programme.open({ credentials: good, defaultAudience: undefined }));
  const approve = async (name: string): Promise<Affiliate> => {
    const affiliate = await programme.approved(campaign, `${name}@example.com`);
    affiliates.push(affiliate);
    return affiliate;
  };
  await approve('landed');
  await programme.quiet(connection);
  for (const fault of ['429', '500', '502-html', 'garbage', 'reset', 'truncate']) {
    await vendor.fault({ fault });
    const affiliate = await approve(`met-${fault}`);
    await eventually('a try was written down', async () => {
      return (await programme.timeline(affiliate)).data.some(({ attemptLog }) => attemptLog.length > 0);
    });
  }
  await vendor.clearFaults();
  // A vendor that repeats a key in what it answers.
  const echo = { fault: '301', param: `${canaries['trackApiKey']}.example` };
  await vendor.fault(echo);
  await told(api.post('connections/verify', body(good)));
  await vendor.clearFaults();
  await vendor.fault({ ...echo, match: { pathPrefix: '/api/v1/customers/' } });
  await approve('echoed');
  await programme.quiet(connection);
  await vendor.clearFaults();
  await vendor.revoke('track');
  await approve('revoked');
  await programme.inState(connection, 'auth_error');
  await told(api.post(`connections/${connection.id}/verify`));
  await told(
    api.patch(`connections/${connection.id}`, {
      credentials: { trackApiKey: canaries['wrongTrackApiKey'] },
    }),
  );
  await EmulatedVendor.changeWorkspace(product.sandboxUrl, {
    ...WORKSPACE,
    trackApiKey: canaries['renewedTrackApiKey'],
  });
  await told(
    api.patch(`connections/${connection.id}`, {
      credentials: { trackApiKey: canaries['renewedTrackApiKey'] },
    }),
  );
  await programme.quiet(connection);
}

async function dump(): Promise<string> {
  const tables = await databaseDump(product.superuserUrl);
  expect(tables.size).toBeGreaterThan(50);
  return [...tables.values()].join('\n');
}

async function everyAnswer(): Promise<string> {
  const deliveries = await api.all<Delivery>(`deliveries?connection=${connection.id}`);
  const answers = await everyGetAnswer(product, organization, {
    connections: [connection.id],
    campaigns: [campaign.id],
    affiliates: affiliates.map(({ id }) => id),
    deliveries: deliveries.map(({ id }) => id),
  });
  return [...answers.values()].join('\n');
}

describe('the keys of a connection and of the API', () => {
  it('were really used, so that looking for them means something', async () => {
    expect((await vendor.profiles()).map(({ email }) => email)).toContain('landed@example.com');
    expect(await new Programme(api).connection(connection.id)).toMatchObject({ state: 'verified' });
    const attempts = await product.sql('SELECT exchange_text FROM attempt');
    expect(attempts.length).toBeGreaterThan(8);
    expect(JSON.stringify(attempts)).toContain('[masked:');
    expect(await product.log()).toContain('"route":"/v1/connections/verify"');
  });

  it('are found by this search wherever they are planted', async () => {
    for (const [name, value] of Object.entries(canaries)) {
      for (const spelling of spellings(value, siteId)) {
        expect(leaksIn(`… "k":"${spelling}=" …`).join()).toContain(name);
      }
    }
    await product.sql('CREATE TABLE planted (note text)');
    await product.sql('INSERT INTO planted VALUES ($1)', [`Basic ${canaries['trackApiKey']}`]);
    const found = leaksIn(await dump());
    await product.sql('DROP TABLE planted');
    expect(found).toEqual([expect.stringContaining('trackApiKey')]);
  });

  it('stand in no line of the server’s log, at its most talkative', async () => {
    const log = await product.log();
    expect(log.length).toBeGreaterThan(10_000);
    expect(leaksIn(log)).toEqual([]);
  });

  it('stand in no answer: neither to the calls that carried them nor to any GET', async () => {
    expect(leaksIn(answers.join('\n'))).toEqual([]);
    expect(leaksIn(await everyAnswer())).toEqual([]);
  });

  it('stand nowhere in the database', async () => {
    expect(leaksIn(await dump())).toEqual([]);
  });
});
