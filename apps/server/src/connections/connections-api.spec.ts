import { randomUUID } from 'node:crypto';

import { ApiBench, GOOD_KEY } from './testing/api-bench.js';

let bench: ApiBench;

beforeAll(async () => {
  bench = await ApiBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const pasted = (apiKey: string = GOOD_KEY, siteId = 'site-1') => ({
  provider: 'acme-mail',
  environment: 'sandbox',
  credentials: { siteId, apiKey },
});
const connect = async () => String((await bench.call('POST', '/connections', pasted())).body['id']);

describe('POST /connections/verify', () => {
  it('shows account, region and audiences of a right key', async () => {
    bench.vendor.pages = [{ kind: 'page', audiences: [{ id: '7', name: 'Affiliates' }] }];
    const { status, body } = await bench.call('POST', '/connections/verify', pasted());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      result: 'valid',
      accountName: 'Acme',
      region: 'us',
      suggestedLabel: 'Acme (Acme Mail, US)',
      audiences: [{ id: '7', name: 'Affiliates' }],
      exchanges: [{ method: 'GET', status: 200 }],
    });
    expect((await bench.call('GET', '/connections')).body['data']).toEqual([]);
  });

  it('explains a wrong key with cause and fix, and masks it in the exchange', async () => {
    const { body, text } = await bench.call('POST', '/connections/verify', pasted('wrong-key-93b7e1'));
    expect(body).toMatchObject({
      result: 'rejected',
      rejectedCredentials: ['apiKey'],
      reason: {
        code: 'credentials_rejected',
        fix: expect.any(String),
        docsUrl: '/problems/credentials_rejected',
      },
    });
    expect(text).not.toContain('wrong-key-93b7e1');
    expect(text).not.toContain(Buffer.from('site-1:wrong-key-93b7e1').toString('base64'));
  });

  it('names the field at fault', async () => {
    const { status, body } = await bench.call('POST', '/connections/verify', pasted('has blank'));
    expect(status).toBe(400);
    expect(body['errors']).toEqual([
      expect.objectContaining({ pointer: '#/credentials/apiKey', code: 'invalid_value' }),
    ]);
    expect(
      (await bench.call('POST', '/connections/verify', { ...pasted(), provider: 'nobody' })).body,
    ).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '#/provider', code: 'provider_unknown' }],
    });
    expect((await bench.call('POST', '/connections/verify', { ...pasted(), extra: 1 })).status).toBe(400);
  });
});

describe('POST /connections', () => {
  it('stores nothing for a rejected key or a vendor that fails', async () => {
    const rejected = await bench.call('POST', '/connections', pasted('wrong-key-93b7e1'));
    expect(rejected).toMatchObject({
      status: 422,
      body: {
        code: 'credentials_rejected',
        type: '/problems/credentials_rejected',
        errors: [{ pointer: '#/credentials/apiKey' }],
      },
    });
    bench.vendorStatus = 500;
    expect(await bench.call('POST', '/connections', pasted())).toMatchObject({
      status: 502,
      body: { code: 'vendor_error' },
    });
    expect((await bench.superuser.query('SELECT 1 FROM connection')).rows).toEqual([]);
  });

  it('answers a repeat with the same idempotency key without asking the vendor again', async () => {
    const first = await bench.call('POST', '/connections', pasted(), { idempotencyKey: 'one' });
    const again = await bench.call('POST', '/connections', pasted(), { idempotencyKey: 'one' });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(bench.verifications).toBe(1);
    expect(
      await bench.call('POST', '/connections', pasted('other'), { idempotencyKey: 'one' }),
    ).toMatchObject({ status: 422 });
  });

  it('answers 409 with the existing connection for the same account', async () => {
    const id = await connect();
    const { status, body } = await bench.call('POST', '/connections', pasted());
    expect(status).toBe(409);
    expect(body['detail']).toContain(id);
  });

  it('gives a missing audience its own code', async () => {
    const { status, body } = await bench.call('POST', '/connections', { ...pasted(), defaultAudience: '99' });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'audience_missing', errors: [{ pointer: '#/defaultAudience' }] });
  });
});

describe('a stored connection', () => {
  it('never shows a secret, and is paged', async () => {
    await connect();
    await bench.call('POST', '/connections', pasted(GOOD_KEY, 'site-2'));
    const first = await bench.call('GET', '/connections?limit=1');
    expect(first.body).toMatchObject({ hasMore: true, data: [{ publicCredentials: { siteId: 'site-2' } }] });
    const second = await bench.call('GET', `/connections?limit=1&cursor=${String(first.body['nextCursor'])}`);
    expect(second.body).toMatchObject({
      hasMore: false,
      data: [{ credentialsPresent: ['siteId', 'apiKey'], state: 'verified' }],
    });
    expect(first.text + second.text).not.toMatch(new RegExp(`${GOOD_KEY}|rekomi1:`));
  });

  it('keeps its credentials as a whole: null removes single ones only', async () => {
    const id = await connect();
    expect(await bench.call('PATCH', `/connections/${id}`, { credentials: null })).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ pointer: '#/credentials' }] },
    });
  });

  it('is paused, resumed, verified, changed, counted and disconnected', async () => {
    const id = await connect();
    expect((await bench.call('POST', `/connections/${id}/pause`)).body['state']).toBe('paused');
    expect((await bench.call('POST', `/connections/${id}/resume`)).body['state']).toBe('verified');
    bench.vendorStatus = 401;
    expect((await bench.call('POST', `/connections/${id}/verify`)).body).toMatchObject({
      state: 'auth_error',
      reason: { code: 'credentials_rejected', title: expect.any(String) },
      verification: { result: 'rejected' },
    });
    expect(await bench.call('POST', `/connections/${id}/resume`)).toMatchObject({
      status: 409,
      body: { code: 'state_conflict' },
    });
    bench.vendorStatus = undefined;
    expect(
      (await bench.call('PATCH', `/connections/${id}`, { label: 'Mine', defaultTags: ['vip'] })).body,
    ).toMatchObject({
      label: 'Mine',
      defaultTags: ['vip'],
      contactsQueued: 0,
    });
    expect((await bench.call('GET', `/connections/${id}/totals`)).body['conservation']).toEqual({
      created: 0,
      settled: 0,
      open: 0,
      holds: true,
    });
    expect(await bench.call('DELETE', `/connections/${id}`)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'takeBack' }] },
    });
    expect((await bench.call('DELETE', `/connections/${id}?takeBack=false`)).body['state']).toBe('disabled');
    expect(await bench.call('POST', `/connections/${id}/verify`)).toMatchObject({ status: 409 });
  });

  it.each([
    ['pause', 'verified', 'verified'],
    ['resume', 'paused', 'paused'],
    ['verify', 'auth_error', 'auth_error'],
  ])('%s did not happen when its answer could not be kept for a repeat', async (action, before, after) => {
    const id = await connect();
    await bench.setState(id, before);
    await bench.whileAnswersCannotBeStored(async () => {
      const reply = await bench.call('POST', `/connections/${id}/${action}`, {}, { idempotencyKey: action });
      expect(reply.status).toBe(500);
    });
    expect((await bench.call('GET', `/connections/${id}`)).body).toMatchObject({ state: after });
    const again = await bench.call('POST', `/connections/${id}/${action}`, {}, { idempotencyKey: action });
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ state: action === 'pause' ? 'paused' : 'verified' });
  });

  it('lists audiences, and says when the vendor cannot create one', async () => {
    const id = await connect();
    bench.vendor.pages = [{ kind: 'page', audiences: [{ id: '7', name: 'Affiliates', size: 3 }] }];
    expect((await bench.call('GET', `/connections/${id}/audiences`)).body).toEqual({
      data: [{ id: '7', name: 'Affiliates', size: 3 }],
      nextCursor: null,
      hasMore: false,
    });
    expect(await bench.call('POST', `/connections/${id}/audiences`, { name: 'New' })).toMatchObject({
      status: 422,
      body: { code: 'unprocessable' },
    });
    bench.vendor.pages = [{ kind: 'throttled', code: 'vendor_throttled', family: 'all' }];
    const throttled = await bench.call('GET', `/connections/${id}/audiences`);
    expect(throttled.status).toBe(503);
    expect(throttled.headers.get('retry-after')).toBe('1');
  });

  it('does not exist for another organisation, on any route', async () => {
    const id = await connect();
    const routes: readonly (readonly [string, string, unknown?])[] = [
      ['GET', `/connections/${id}`],
      ['PATCH', `/connections/${id}`, { label: 'Mine' }],
      ['DELETE', `/connections/${id}?takeBack=false`],
      ['POST', `/connections/${id}/verify`],
      ['POST', `/connections/${id}/pause`],
      ['POST', `/connections/${id}/resume`],
      ['GET', `/connections/${id}/audiences`],
      ['POST', `/connections/${id}/audiences`, { name: 'x' }],
      ['GET', `/connections/${id}/totals`],
    ];
    for (const [method, path, body] of routes) {
      expect([path, (await bench.call(method, path, body, { as: 'stranger' })).status]).toEqual([path, 404]);
    }
    expect((await bench.call('GET', `/connections/${id}`)).body['state']).toBe('verified');
  });
});

describe('deliveries and timelines', () => {
  const affiliateWithDelivery = async (connectionId: string) => {
    const [affiliateId, deliveryId] = [randomUUID(), randomUUID()];
    await bench.superuser.query(
      `INSERT INTO affiliate (id, organization_id, email, joined_at) VALUES ($1, $2, 'ada@example.com', now())`,
      [affiliateId, bench.organizationId],
    );
    await bench.superuser.query(
      `INSERT INTO history (settled_at, id, organization_id, connection_id, contact_id, lane_id, lane_seq, kind, cause, state, code, attempts, created_at)
       VALUES (now(), $1, $2, $3, $4, 1, 1, 'contact', 'affiliate_approved', 'refused', 'email_invalid', 1, now())`,
      [deliveryId, bench.organizationId, connectionId, affiliateId],
    );
    await bench.superuser.query(
      `INSERT INTO attempt (at, id, organization_id, connection_id, contact_id, delivery_id, number, outcome, code, duration_ms, exchanges)
       VALUES (now(), $1, $2, $3, $4, $5, 1, 'refused', 'email_invalid', 12, '[{"status": 400}]')`,
      [randomUUID(), bench.organizationId, connectionId, affiliateId, deliveryId],
    );
    return { affiliateId, deliveryId };
  };

  it('come with the text of their code and the exchanges', async () => {
    const { affiliateId, deliveryId } = await affiliateWithDelivery(await connect());
    const list = await bench.call(
      'GET',
      `/deliveries?affiliate=${affiliateId}&state=refused&code=email_invalid`,
    );
    expect(list.body).toMatchObject({
      hasMore: false,
      data: [
        {
          id: deliveryId,
          affiliateId,
          state: 'refused',
          reason: { code: 'email_invalid', fix: expect.any(String) },
        },
      ],
    });
    expect((await bench.call('GET', `/deliveries/${deliveryId}`)).body).toEqual(
      (list.body['data'] as object[])[0],
    );
    expect((await bench.call('GET', `/deliveries/${deliveryId}/attempts`)).body).toMatchObject({
      data: [{ number: 1, outcome: 'refused', exchanges: [{ status: 400 }] }],
    });
    expect((await bench.call('GET', `/affiliates/${affiliateId}/timeline`)).body).toMatchObject({
      email: 'ada@example.com',
      connections: [
        { standing: 'not_desired', explanation: expect.stringContaining('not enrolled'), present: false },
      ],
      data: [{ id: deliveryId, attemptLog: [{ number: 1 }] }],
      nextCursor: null,
    });
  });

  it('refuse filters that do not exist', async () => {
    expect(await bench.call('GET', '/deliveries?state=lost')).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'state' }] },
    });
    expect((await bench.call('GET', '/deliveries?colour=red')).status).toBe(400);
  });

  it('do not exist for another organisation', async () => {
    const { affiliateId, deliveryId } = await affiliateWithDelivery(await connect());
    for (const path of [
      `/deliveries/${deliveryId}`,
      `/deliveries/${deliveryId}/attempts`,
      `/affiliates/${affiliateId}/timeline`,
    ]) {
      expect([path, (await bench.call('GET', path, undefined, { as: 'stranger' })).status]).toEqual([
        path,
        404,
      ]);
    }
    expect((await bench.call('GET', '/deliveries', undefined, { as: 'stranger' })).body['data']).toEqual([]);
  });
});
