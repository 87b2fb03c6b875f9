import { randomUUID } from 'node:crypto';

import type { Connection } from '../support/answers.js';
import type { Api } from '../support/api.js';
import { EmulatedVendor } from '../support/emulated-vendor.js';
import { eventually } from '../support/eventually.js';
import { expectProblem, type ExpectedProblem } from '../support/problems.js';
import { Product, type TestOrganization } from '../support/product.js';
import { Programme, SANDBOX_KEYS } from '../support/programme.js';

const WITHOUT_DATE = { settings: { createdAt: 'never' } };
const NOBODY = '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f';

let product: Product;
let vendor: EmulatedVendor;
let organization: TestOrganization;
let api: Api;
let programme: Programme;

beforeAll(async () => {
  product = await Product.start();
  vendor = product.vendor();
});

afterAll(() => product.stop());

beforeEach(async () => {
  await vendor.clearFaults();
  organization = await product.createOrganization('Clumsy');
  api = organization.api;
  programme = new Programme(api);
});

/** How many rows the organisation has, table by table. The log of who was refused grows; that is what it is for. */
async function rows(): Promise<unknown> {
  const tables = await product.sql<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE a.attname = 'organization_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'audit_entry' ORDER BY 1`,
  );
  const counts = tables.map(
    ({ name }) => `SELECT '${name}' AS name, count(*)::int AS n FROM ${name} WHERE organization_id = $1`,
  );
  return product.sql(`${counts.join(' UNION ALL ')} ORDER BY 1`, [organization.organizationId]);
}

/** The call is refused as expected and leaves every table as it was. */
async function refused(
  call: () => ReturnType<Api['post']>,
  expected: ExpectedProblem,
): ReturnType<typeof expectProblem> {
  const before = await rows();
  const problem = await expectProblem(call(), expected);
  expect(await rows()).toEqual(before);
  return problem;
}

const connecting = (credentials: object, more: object = {}) => ({
  provider: 'customer-io',
  environment: 'sandbox',
  credentials,
  ...more,
});

describe('keys that are wrong', () => {
  const { siteId, trackApiKey, appApiKey } = SANDBOX_KEYS.eu;

  it.each([
    [
      'a mistyped key',
      { siteId, trackApiKey: 'sandbox-track-ue', appApiKey },
      'credentials_rejected',
      '#/credentials/trackApiKey',
    ],
    [
      'an App API key in the place of the Track API key',
      { siteId, trackApiKey: appApiKey },
      'credential_of_other_kind',
      '#/credentials/trackApiKey',
    ],
    [
      'a Track API key in the place of the App API key',
      { siteId, trackApiKey, appApiKey: trackApiKey },
      'credential_of_other_kind',
      '#/credentials/appApiKey',
    ],
    [
      'an App API key of the other region',
      { siteId, trackApiKey, appApiKey: SANDBOX_KEYS.us.appApiKey },
      'credentials_rejected',
      '#/credentials/appApiKey',
    ],
  ])(
    '%s: nothing is stored, and the answer names the field and the remedy',
    async (_, keys, code, pointer) => {
      const tried = await api.must(api.post('connections/verify', connecting(keys)));
      expect(tried).toMatchObject({
        result: 'rejected',
        reason: { code, cause: expect.any(String), fix: expect.any(String) },
      });
      const problem = await refused(() => api.post('connections', connecting(keys)), {
        status: 422,
        code,
        pointer,
      });
      for (const key of Object.values(keys)) {
        if (key !== siteId) expect(JSON.stringify(problem)).not.toContain(key);
      }
    },
  );

  it('a missing, an unknown and an empty credential are named one by one', async () => {
    const problem = await refused(
      () => api.post('connections', connecting({ siteId: '', trackKey: 'x', appApiKey: 'two words' })),
      { status: 400, code: 'validation_failed' },
    );
    expect(problem.errors?.map(({ pointer, code }) => `${pointer ?? ''} ${code}`).sort()).toEqual([
      '#/credentials/appApiKey invalid_value',
      '#/credentials/siteId required',
      '#/credentials/trackApiKey required',
      '#/credentials/trackKey unknown_field',
    ]);
  });

  it('keys of another account are not put into a connection', async () => {
    const { id } = await programme.connect();
    await refused(() => api.patch(`connections/${id}`, { credentials: SANDBOX_KEYS.us }), {
      status: 422,
      code: 'unprocessable',
      pointer: '#/credentials',
    });
  });

  it('the same account is not connected twice', async () => {
    await programme.connect();
    await refused(() => api.post('connections', connecting(SANDBOX_KEYS.eu)), {
      status: 409,
      code: 'already_exists',
    });
  });
});

describe('a region that is wrong', () => {
  it('an account that moved is found in its new region, and nothing is lost on the way', async () => {
    await EmulatedVendor.changeWorkspace(product.sandboxUrl, {
      id: 2001,
      name: 'Mover',
      siteId: 'mover-site',
      trackApiKey: 'mover-track',
      region: 'us',
    });
    const keys = { siteId: 'mover-site', trackApiKey: 'mover-track' };
    const { connection, campaign } = await programme.open({
      credentials: keys,
      defaultAudience: undefined,
      ...WITHOUT_DATE,
    });
    expect(connection.region).toBe('us');
    await EmulatedVendor.changeWorkspace(product.sandboxUrl, { id: 2001, region: 'eu' });
    await programme.approved(campaign, 'moved@example.com');
    await programme.quiet(connection);
    expect(await programme.connection(connection.id)).toMatchObject({ state: 'verified', region: 'eu' });
    const mover = product.vendor('mover-site');
    await mover.settled();
    expect(await mover.profile('moved@example.com')).toBeDefined();
    expect((await mover.events('moved@example.com')).length).toBe(1);
  });

  it('an account that is redirected to nowhere is not connected', async () => {
    await vendor.fault({ fault: '301', param: 'elsewhere.example', times: 10 });
    await refused(() => api.post('connections', connecting(SANDBOX_KEYS.eu)), {
      status: 502,
      code: 'region_moved',
    });
    expect((await vendor.injected())['301']).toBeGreaterThan(0);
  });
});

describe('a segment that cannot be used', () => {
  it('is refused when it does not exist', async () => {
    await refused(() => api.post('connections', connecting(SANDBOX_KEYS.eu, { defaultAudience: '99' })), {
      status: 422,
      code: 'audience_missing',
      pointer: '#/defaultAudience',
    });
  });

  it('is refused when it is filled by rules', async () => {
    const call = () => api.post('connections', connecting(SANDBOX_KEYS.eu, { defaultAudience: '1' }));
    await refused(call, { status: 422, code: 'audience_rule_based', pointer: '#/defaultAudience' });
  });

  it.each([
    ['with an App API key', SANDBOX_KEYS.eu],
    ['without one', { siteId: SANDBOX_KEYS.eu.siteId, trackApiKey: SANDBOX_KEYS.eu.trackApiKey }],
  ])('that is deleted later stops the connection, which heals in order (%s)', async (how, credentials) => {
    const segment = await vendor.addSegment(`Doomed ${how}`);
    const { connection, campaign } = await programme.open({
      credentials,
      defaultAudience: String(segment),
      ...WITHOUT_DATE,
    });
    await vendor.deleteSegment(segment);
    const email = `heals-${randomUUID()}@example.com`;
    const affiliate = await programme.approved(campaign, email);
    for (const name of ['one', 'two']) await programme.event(affiliate, name);
    const stopped = await programme.inState(connection, 'needs_attention');
    expect(stopped.reason).toMatchObject({
      code: 'audience_missing',
      cause: expect.any(String),
      fix: expect.stringContaining('Choose another'),
    });
    expect(await programme.timeline(affiliate)).toMatchObject({
      connections: [{ standing: 'waiting', explanation: expect.stringContaining('no longer exists') }],
    });
    await api.must(api.patch(`connections/${connection.id}`, { defaultAudience: '2' }));
    await programme.inState(connection, 'verified');
    await programme.quiet(connection);
    await vendor.settled();
    expect((await vendor.profile(email))?.segments).toContain('Affiliates');
    expect((await vendor.events(email)).map(({ name }) => name)).toEqual([
      'affiliate_approved',
      'one',
      'two',
    ]);
    expect((await programme.totals(connection)).conservation).toMatchObject({ open: 0, holds: true });
  });

  it('is found out while sending when it is filled by rules and nobody could be asked before', async () => {
    const { siteId, trackApiKey } = SANDBOX_KEYS.eu;
    const { connection, campaign } = await programme.open({
      credentials: { siteId, trackApiKey },
      defaultAudience: '1',
      ...WITHOUT_DATE,
    });
    expect(connection.warnings).toContainEqual(expect.stringContaining('taken unchecked'));
    await programme.approved(campaign, 'ruled@example.com');
    const { reason } = await programme.inState(connection, 'needs_attention');
    expect(reason).toMatchObject({ code: 'audience_rule_based', fix: expect.stringContaining('manual') });
  });
});

describe('a vendor that gives no usable answer', () => {
  it.each([
    ['an HTML page', '502-html', 'vendor_unreadable'],
    ['half a JSON text', 'garbage', 'vendor_unreadable'],
    ['an internal error', '500', 'vendor_error'],
    ['a broken line', 'reset', 'vendor_cut'],
  ])('%s is no wrong key: nothing is stored, and the code says what it was', async (_, fault, code) => {
    await vendor.fault({ fault, times: 10 });
    const tried = await api.must(api.post('connections/verify', connecting(SANDBOX_KEYS.eu)));
    expect(tried).toMatchObject({ result: 'unreachable', reason: { code } });
    await refused(() => api.post('connections', connecting(SANDBOX_KEYS.eu)), { status: 502, code });
  });

  it('is shown at a connection that is verified again, which stays as it is', async () => {
    const connection = await programme.connect();
    await vendor.fault({ fault: '502-html', times: 10 });
    const answer = await api.must(
      api.post<Connection & { verification: object }>(`connections/${connection.id}/verify`),
    );
    expect(answer).toMatchObject({
      state: 'verified',
      verification: { result: 'unreachable', reason: { code: 'vendor_unreadable' } },
    });
  });

  it('cannot be reached at all: said in the answer, and at each contact that waits', async () => {
    const { connection, campaign } = await programme.open(WITHOUT_DATE);
    await product.killSandbox();
    try {
      const other = await product.createOrganization('Elsewhere');
      await expectProblem(other.api.post('connections', connecting(SANDBOX_KEYS.us)), {
        status: 502,
        code: 'vendor_unreachable',
      });
      const affiliate = await programme.approved(campaign, 'waits@example.com');
      const timeline = await eventually('the first try failed', async () => {
        const seen = await programme.timeline(affiliate);
        return seen.data.some(({ attemptLog }) => attemptLog.length > 0) && seen;
      });
      const tried = timeline.data.find(({ attemptLog }) => attemptLog.length > 0);
      expect(tried?.attemptLog[0]).toMatchObject({
        outcome: 'unavailable',
        reason: { code: 'vendor_unreachable' },
        nextAttemptAt: expect.any(String),
      });
      // Between two tries, each of which is said to be under way while it is.
      await eventually('it is said what the contact waits for', async () => {
        const [there] = (await programme.timeline(affiliate)).connections;
        return there?.explanation.includes('could not be reached') === true;
      });
    } finally {
      await product.startSandbox();
    }
    await programme.quiet(connection);
    await eventually('the person landed', () => vendor.profile('waits@example.com'));
  });
});

describe('requests that cannot be understood', () => {
  it('malformed JSON is told with its place', async () => {
    const problem = await refused(
      () => api.post('campaigns', undefined, { raw: '{"name": "Summer",\n  oops}' }),
      {
        status: 400,
        code: 'malformed_json',
      },
    );
    expect(problem.detail).toMatch(/line 2, column 3/);
  });

  it.each<[string, string, unknown, string]>([
    ['an unknown field', 'campaigns', { name: 'Summer', colour: 'red' }, '#/colour'],
    ['a missing field', 'campaigns', {}, '#/name'],
    ['a number for a text', 'campaigns', { name: 7 }, '#/name'],
    ['an address without a domain', 'affiliates', { email: 'jane' }, '#/email'],
    ['an address with two @', 'affiliates', { email: 'a@b@example.com' }, '#/email'],
    [
      'an address with a line break',
      'affiliates',
      { email: 'jane@example.com\nBcc: x@example.com' },
      '#/email',
    ],
    ['an address that is too long', 'affiliates', { email: `${'x'.repeat(250)}@example.com` }, '#/email'],
    ['a date that is none', 'affiliates', { email: 'j@example.com', joinedAt: '31.01.2024' }, '#/joinedAt'],
    [
      'a field in the depth',
      'affiliates',
      { email: 'j@example.com', consent: { basis: 'rumour' } },
      '#/consent/basis',
    ],
    ['an event without a person', 'events', { name: 'sale' }, '#/affiliateId'],
    [
      'an event of the future',
      'events',
      { email: 'j@example.com', name: 'sale', occurredAt: '2090-01-01T00:00:00Z' },
      '#/occurredAt',
    ],
    [
      'a provider that does not exist',
      'connections',
      { ...connecting({}), provider: 'nobody' },
      '#/provider',
    ],
    [
      'an environment that does not exist',
      'connections',
      { ...connecting({}), environment: 'moon' },
      '#/environment',
    ],
  ])('%s is named by its pointer, and nothing is stored', async (_, path, body, pointer) => {
    await refused(() => api.post(path, body), { status: 400, code: 'validation_failed', pointer });
  });

  it('a bad row of a bulk request is reported and does not stop the others', async () => {
    const campaign = await programme.campaign('Bulk');
    const answer = await api.must(
      api.post('affiliates/bulk', {
        campaign: campaign.id,
        affiliates: [{ email: 'good@example.com' }, { email: 'bad' }, { email: 'fine@example.com' }],
      }),
    );
    expect(answer).toMatchObject({
      created: 2,
      invalid: 1,
      results: [
        { outcome: 'created' },
        { outcome: 'invalid', errors: [{ pointer: '#/affiliates/1/email', detail: expect.any(String) }] },
        { outcome: 'created' },
      ],
    });
  });

  it.each([
    ['connections', `connections/${NOBODY}`],
    ['campaigns', `campaigns/${NOBODY}`],
    ['affiliates', `affiliates/${NOBODY}/timeline`],
    ['deliveries', `deliveries/${NOBODY}/attempts`],
    ['no id at all', 'connections/not-an-id'],
  ])('ids of nobody are 404: %s', async (_, path) => {
    await refused(() => api.get(path), { status: 404, code: 'not_found' });
  });

  it('addresses and methods that do not exist are told apart', async () => {
    await refused(() => api.get('nothing'), { status: 404, code: 'route_not_found' });
    await refused(() => api.delete('campaigns'), { status: 405, code: 'method_not_allowed' });
  });

  it('cursors that are not ours are refused', async () => {
    await refused(() => api.get('affiliates?cursor=garbage'), { status: 400, code: 'cursor_invalid' });
    await refused(() => api.get('affiliates?limit=0'), { status: 400, code: 'validation_failed' });
  });

  it('a body of another kind, and one that is too large, are refused', async () => {
    await refused(
      () =>
        api.post('campaigns', undefined, { raw: 'name=Summer', headers: { 'content-type': 'text/plain' } }),
      { status: 415, code: 'unsupported_media_type' },
    );
    await refused(() => api.post('campaigns', { name: 'x'.repeat(6_000_000) }), {
      status: 413,
      code: 'body_too_large',
    });
  });

  it('disconnecting has to say whether what we wrote is taken back', async () => {
    const { id } = await programme.connect();
    await refused(() => api.delete(`connections/${id}`), { status: 400, code: 'validation_failed' });
  });
});

describe('who may do it', () => {
  it.each([
    ['no key', undefined, 'api_key_missing'],
    ['something that cannot be a key', 'rk_test_short', 'api_key_malformed'],
    ['another scheme', 'Basic', 'api_key_missing'],
  ])('%s: 401', async (_, key, code) => {
    const headers = key === 'Basic' ? { authorization: 'Basic YTpi' } : {};
    const stranger = product.api(key === 'Basic' ? undefined : key);
    for (const path of ['connections', 'affiliates', 'deliveries']) {
      await refused(() => stranger.get(path, { headers }), { status: 401, code });
    }
    await refused(() => stranger.post('campaigns', { name: 'x' }, { headers }), { status: 401, code });
  });

  it('a key that may only read reads, and changes nothing', async () => {
    const reader = await product.createKey(organization.organizationId, 'read');
    expect((await reader.get('campaigns')).status).toBe(200);
    await refused(() => reader.post('campaigns', { name: 'Summer' }), { status: 403, code: 'scope_missing' });
  });
});

describe('an idempotency key', () => {
  const withKey = (key: string) => ({ headers: { 'idempotency-key': key } });

  it('repeats the first answer and does the work once', async () => {
    const key = randomUUID();
    const first = await api.post('campaigns', { name: 'Once' }, withKey(key));
    const again = await api.post('campaigns', { name: 'Once' }, withKey(key));
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await api.all('campaigns')).toHaveLength(1);
  });

  it('with another body is refused', async () => {
    const key = randomUUID();
    await api.must(api.post('campaigns', { name: 'Once' }, withKey(key)));
    await refused(() => api.post('campaigns', { name: 'Other' }, withKey(key)), {
      status: 422,
      code: 'idempotency_key_reused',
      header: 'Idempotency-Key',
    });
  });

  it('that cannot be one is refused', async () => {
    await refused(() => api.post('campaigns', { name: 'x' }, withKey('x'.repeat(256))), {
      status: 400,
      code: 'idempotency_key_invalid',
      header: 'Idempotency-Key',
    });
  });

  it('sent again while the first request runs is told so, and the work is done once', async () => {
    const key = randomUUID();
    await vendor.fault({ fault: 'slow', param: '1500', times: 1 });
    const body = connecting(SANDBOX_KEYS.eu);
    const first = api.post<Connection>('connections', body, withKey(key));
    await eventually('the first request waits for the vendor', async () => {
      return (await vendor.injected())['slow'] === 1;
    });
    await expectProblem(api.post('connections', body, withKey(key)), {
      status: 409,
      code: 'idempotency_key_in_use',
    });
    const done = await first;
    expect(done.status).toBe(201);
    expect((await api.post('connections', body, withKey(key))).body).toEqual(done.body);
    expect(await api.all('connections')).toHaveLength(1);
  });

  it('protects a bulk of approvals: many at once with one key write the events once', async () => {
    const { connection, campaign } = await programme.open(WITHOUT_DATE);
    const affiliate = await programme.affiliate(campaign, 'hasty@example.com');
    const key = randomUUID();
    const calls = Array.from({ length: 8 }, () =>
      api.post('affiliates/approve', { affiliateIds: [affiliate.id] }, withKey(key)),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses).toContain(200);
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
    await programme.quiet(connection);
    await eventually('the event arrived', async () => (await vendor.events('hasty@example.com')).length > 0);
    expect(await vendor.events('hasty@example.com')).toHaveLength(1);
    const stored = await product.sql('SELECT name FROM event WHERE affiliate_id = $1 ORDER BY id', [
      affiliate.id,
    ]);
    expect(stored).toEqual([{ name: 'affiliate_applied' }, { name: 'affiliate_approved' }]);
  });
});
