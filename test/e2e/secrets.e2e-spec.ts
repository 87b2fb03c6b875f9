import { randomBytes } from 'node:crypto';
import pg from 'pg';

import type { Affiliate, Campaign, Connection, Delivery } from '../support/answers.js';
import type { Api } from '../support/api.js';
import { EmulatedVendor } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { Product, type TestOrganization } from '../support/product.js';
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
let organization: TestOrganization;
let api: Api;
let connection: Connection;
let campaign: Campaign;
const affiliates: Affiliate[] = [];
/** Everything the API answered to the calls that carried secrets. */
const answers: string[] = [];

/** The ways in which a secret could be written down. */
function spellings(text: string): readonly string[] {
  const basic = Buffer.from(`${siteId}:${text}`);
  const all = [
    text,
    [...text].reverse().join(''),
    // Without the padding, and without the last sign that depends on what follows.
    ...[Buffer.from(text), basic].flatMap((bytes) => [
      bytes.toString('base64').replace(/.?=*$/, ''),
      bytes.toString('base64url').replace(/.$/, ''),
      bytes.toString('hex'),
    ]),
    encodeURIComponent(`${siteId}:${text}`),
  ];
  return [...new Set(all)];
}

/** Where in a text which secret stands, in whatever spelling. */
function leaks(text: string): readonly string[] {
  const lower = text.toLowerCase();
  return Object.entries(canaries).flatMap(([name, value]) =>
    spellings(value)
      .filter((spelling) => text.includes(spelling) || lower.includes(spelling.toLowerCase()))
      .map((spelling) => `${name} as ${spelling.slice(0, 6)}…`),
  );
}

beforeAll(async () => {
  product = await Product.start({ env: { LOG_LEVEL: 'trace' } });
  vendor = product.vendor(siteId);
  organization = await product.createOrganization('Canary');
  canaries['apiKey'] = organization.apiKey;
  api = organization.api;
  await EmulatedVendor.changeWorkspace(product.sandboxUrl, {
    ...WORKSPACE,
    trackApiKey: canaries['trackApiKey'],
    appApiKey: canaries['appApiKey'],
  });
  await live();
}, 90_000);

afterAll(() => product.stop());

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

/** The whole database as text, the queue's schema included. */
async function dump(): Promise<string> {
  const client = new pg.Client(product.superuserUrl);
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    expect(tables.length).toBeGreaterThan(20);
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      texts.push(name, ...rows.map(({ row }) => row));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

async function everyGetAnswer(): Promise<readonly string[]> {
  const { body } = await product
    .api(undefined)
    .get<{ paths: Record<string, Record<string, unknown>> }>('/openapi.json');
  const deliveries = await api.all<Delivery>('deliveries');
  const ids: Record<string, readonly string[]> = {
    connections: [connection.id],
    campaigns: [campaign.id],
    affiliates: affiliates.map(({ id }) => id),
    deliveries: deliveries.map(({ id }) => id),
    providers: ['customer-io'],
  };
  const texts: string[] = [];
  for (const path of Object.keys(body.paths).filter((one) => 'get' in (body.paths[one] ?? {}))) {
    const collection = /\/v1\/(\w+)\/\{/.exec(path)?.[1];
    const concrete =
      collection === undefined ? [path] : (ids[collection] ?? []).map((id) => path.replace(/\{\w+\}/, id));
    expect(concrete.length).toBeGreaterThan(0);
    for (const one of concrete) {
      const { status, body: answer } = await api.get(one);
      expect({ one, status }).toEqual({ one, status: 200 });
      texts.push(JSON.stringify(answer));
    }
  }
  return texts;
}

describe('the keys of a connection and of the API', () => {
  it('were really used, so that looking for them means something', async () => {
    expect((await vendor.profiles()).map(({ email }) => email)).toContain('landed@example.com');
    expect(await new Programme(api).connection(connection.id)).toMatchObject({ state: 'verified' });
    const attempts = await product.sql('SELECT exchanges FROM attempt');
    expect(attempts.length).toBeGreaterThan(8);
    expect(JSON.stringify(attempts)).toContain('[masked:');
    expect(await product.log()).toContain('"route":"/v1/connections/verify"');
  });

  it('are found by this search wherever they are planted', async () => {
    for (const [name, value] of Object.entries(canaries)) {
      for (const spelling of spellings(value)) {
        expect(leaks(`… "k":"${spelling}=" …`).join()).toContain(name);
      }
    }
    await product.sql('CREATE TABLE planted (note text)');
    await product.sql('INSERT INTO planted VALUES ($1)', [`Basic ${canaries['trackApiKey']}`]);
    const found = leaks(await dump());
    await product.sql('DROP TABLE planted');
    expect(found).toEqual([expect.stringContaining('trackApiKey')]);
  });

  it('stand in no line of the server’s log, at its most talkative', async () => {
    const log = await product.log();
    expect(log.length).toBeGreaterThan(10_000);
    expect(leaks(log)).toEqual([]);
  });

  it('stand in no answer: neither to the calls that carried them nor to any GET', async () => {
    expect(leaks(answers.join('\n'))).toEqual([]);
    expect(leaks((await everyGetAnswer()).join('\n'))).toEqual([]);
  });

  it('stand nowhere in the database', async () => {
    expect(leaks(await dump())).toEqual([]);
  });
});
