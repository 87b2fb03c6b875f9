import { randomUUID } from 'node:crypto';

import { encodeCursor } from '@rekomi/http';

import { ProgramsApiBench } from './testing/programs-api-bench.js';

let bench: ProgramsApiBench;
beforeAll(async () => {
  bench = await ProgramsApiBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const post = (path: string, body?: unknown, idempotencyKey?: string) =>
  bench.call('POST', path, body, idempotencyKey === undefined ? {} : { idempotencyKey });
const get = (path: string) => bench.call('GET', path);
const addAffiliate = async (row: Record<string, unknown>) =>
  String((await post('/affiliates', row)).body['id']);
const pendingKinds = async () =>
  (
    await bench.superuser.query<{ kind: string }>('SELECT kind FROM delivery ORDER BY lane_id, lane_seq')
  ).rows.map(({ kind }) => kind);

describe('campaigns', () => {
  it('are created, read, listed page by page and changed', async () => {
    const first = await post('/campaigns', { name: 'Été à Paris', description: 'Sun' });
    expect(first).toMatchObject({
      status: 201,
      body: { slug: 'ete-a-paris', name: 'Été à Paris', description: 'Sun' },
    });
    await post('/campaigns', { name: 'Winter' });
    const page = await get('/campaigns?limit=1');
    expect(page.body).toMatchObject({ data: [{ name: 'Winter' }], hasMore: true });
    const next = await get(`/campaigns?limit=1&cursor=${String(page.body['nextCursor'])}`);
    expect(next.body).toMatchObject({ data: [{ name: 'Été à Paris' }], hasMore: false, nextCursor: null });
    const path = `/campaigns/${String(first.body['id'])}`;
    expect(await bench.call('PATCH', path, { name: 'Paris', description: null })).toMatchObject({
      status: 200,
      body: { name: 'Paris', slug: 'ete-a-paris', description: null },
    });
    expect((await get(path)).body['name']).toBe('Paris');
  });

  it('are created once for the same idempotency key, which fits no other body', async () => {
    const first = await post('/campaigns', { name: 'Summer' }, 'one');
    const again = await post('/campaigns', { name: 'Summer' }, 'one');
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await post('/campaigns', { name: 'Winter' }, 'one')).status).toBe(422);
    expect((await get('/campaigns')).body['data']).toHaveLength(1);
  });

  it('name the field that is wrong', async () => {
    for (const [body, pointer] of [
      [{ name: ' ' }, '#/name'],
      [{}, '#/name'],
      [{ name: 'x', surplus: 1 }, '#/surplus'],
      [{ name: 'x', description: 5 }, '#/description'],
    ] as const) {
      expect(await post('/campaigns', body)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ pointer }] },
      });
    }
    expect((await post('/campaigns', '{"name": ')).body).toMatchObject({ code: 'malformed_json' });
  });

  it('send to connections, and show what is inherited', async () => {
    const { id, connectionId } = await bench.campaign();
    const path = `/campaigns/${id}/destinations`;
    expect(await get(path)).toMatchObject({
      status: 200,
      body: {
        data: [
          {
            connection: { id: connectionId },
            audience: { value: null, source: 'connection', inherited: null },
            tags: { value: ['Rekomi affiliate'], source: 'connection' },
          },
        ],
      },
    });
    const own = { audience: { id: '7', name: 'Seven' }, extraTags: ['sun'], enabled: false };
    expect(await bench.call('PUT', `${path}/${connectionId}`, own)).toMatchObject({
      status: 200,
      body: { enabled: false, audience: { value: { id: '7' }, source: 'campaign' }, extraTags: ['sun'] },
    });
    expect((await bench.call('PUT', `${path}/${await bench.connection()}`, {})).status).toBe(201);
    expect((await bench.call('PUT', `${path}/${randomUUID()}`, {})).status).toBe(404);
    expect((await bench.call('PUT', `${path}/${connectionId}`, { audience: 'seven' })).body).toMatchObject({
      errors: [{ pointer: '#/audience' }],
    });
    expect((await bench.call('DELETE', `${path}/${connectionId}`)).status).toBe(204);
    expect((await bench.call('DELETE', `${path}/${connectionId}`)).status).toBe(404);
  });
});

describe('affiliates', () => {
  it('are added with 201, and brought up to date with 200 when the address is known', async () => {
    const { slug } = await bench.campaign();
    const row = { email: 'Jane+x@Example.com', name: 'Jane van Doe', joinedAt: '2024-01-31', tier: null };
    expect(await post('/affiliates', { ...row, campaign: slug })).toMatchObject({
      status: 201,
      body: {
        email: 'Jane+x@Example.com',
        firstName: 'Jane',
        enrolments: [{ status: 'applied', campaign: { slug } }],
      },
    });
    expect(await post('/affiliates', { email: 'jane+x@example.com', name: null })).toMatchObject({
      status: 200,
      body: { email: 'Jane+x@Example.com', name: 'Jane van Doe' },
    });
    expect((await get('/affiliates?email=JANE%2BX@example.com')).body['data']).toHaveLength(1);
  });

  it('with a bad address, an unknown campaign or surplus fields store nothing and name the field', async () => {
    for (const [body, status, pointer, code] of [
      [{ email: 'jane@nowhere' }, 400, '#/email', 'email_domain'],
      [{ email: 'jane@example.com', campaign: 'nope' }, 404, '#/campaign', 'campaign_not_found'],
      [{ email: 'jane@example.com', campaign: 'no\u0000pe' }, 404, '#/campaign', 'campaign_not_found'],
      [{ email: 'jane@example.com', tags: ['x'] }, 400, '#/tags', 'campaign_needed'],
      [{ email: 'jane@example.com', status: 'approved' }, 400, '#/status', 'campaign_needed'],
    ] as const) {
      expect(await post('/affiliates', body)).toMatchObject({
        status,
        body: { errors: [{ pointer, code }] },
      });
    }
    expect((await post('/affiliates', { email: 'jane@example.com', nmae: 'x' })).status).toBe(400);
    expect((await get('/affiliates')).body['data']).toEqual([]);
  });

  it('come in by the thousand with a result per row and counts that add up', async () => {
    const { slug, connectionId } = await bench.campaign();
    bench.woken.length = 0;
    const affiliates = Array.from({ length: 1000 }, (_, index) => ({ email: `a${index}@example.com` }));
    affiliates[3] = { email: 'broken' };
    affiliates[5] = { email: 'A4@EXAMPLE.com' };
    const { status, body } = await post('/affiliates/bulk', {
      campaign: slug,
      status: 'approved',
      affiliates,
    });
    expect({ status, ...body, results: undefined }).toEqual({
      status: 200,
      created: 998,
      updated: 0,
      alreadyExists: 1,
      invalid: 1,
      results: undefined,
    });
    const results = body['results'] as readonly Record<string, unknown>[];
    expect(results).toHaveLength(1000);
    expect(results[3]).toMatchObject({
      index: 3,
      outcome: 'invalid',
      errors: [{ pointer: '#/affiliates/3/email', code: 'email_without_at' }],
    });
    expect(results[5]?.['affiliateId']).toBe(results[4]?.['affiliateId']);
    expect(await pendingKinds()).toHaveLength(2 * 998);
    expect(bench.woken).toEqual([connectionId]);
    expect((await post('/affiliates/bulk', { affiliates: [...affiliates, affiliates[0]] })).status).toBe(400);
    expect((await post('/affiliates/bulk', { affiliates: [] })).status).toBe(400);
  });

  it('are filtered and paged', async () => {
    const { slug } = await bench.campaign();
    for (const name of ['Ann Lee', 'Bob Annan', 'Cy Twombly']) {
      await post('/affiliates', { email: `${name.slice(0, 2)}@example.com`, name, campaign: slug });
    }
    const first = await get(`/affiliates?campaign=${slug}&status=applied&q=ann&limit=1`);
    expect(first.body).toMatchObject({ data: [{ name: 'Bob Annan' }], hasMore: true });
    const rest = await get(`/affiliates?q=ann&limit=1&cursor=${String(first.body['nextCursor'])}`);
    expect(rest.body).toMatchObject({ data: [{ name: 'Ann Lee' }], hasMore: false });
    expect((await get('/affiliates?campaign=nope')).status).toBe(404);
    expect((await get('/affiliates?status=maybe')).status).toBe(400);
    expect((await get(`/affiliates?cursor=${encodeCursor(['no id'])}`)).body['code']).toBe('cursor_invalid');
    expect((await get('/affiliates?email=%00&q=%00&externalId=%00')).status).toBe(200);
  });

  it('are changed, and an address that is taken is refused', async () => {
    const id = await addAffiliate({ email: 'a@example.com', name: 'Ann Lee', externalId: '42' });
    await addAffiliate({ email: 'b@example.com' });
    expect(
      await bench.call('PATCH', `/affiliates/${id}`, { email: 'c@example.com', name: null }),
    ).toMatchObject({
      status: 200,
      body: { email: 'c@example.com', name: null, externalId: '42' },
    });
    expect(await bench.call('PATCH', `/affiliates/${id}`, { email: 'B@example.com' })).toMatchObject({
      status: 409,
      body: { code: 'already_exists', errors: [{ pointer: '#/email', code: 'email_taken' }] },
    });
    expect((await bench.call('PATCH', `/affiliates/${id}`, { email: null })).status).toBe(400);
  });
});

describe('decisions', () => {
  it('on one affiliate need no body, and repeat harmlessly', async () => {
    const { slug, connectionId } = await bench.campaign();
    const id = await addAffiliate({ email: 'a@example.com', campaign: slug });
    bench.woken.length = 0;
    for (let again = 0; again < 2; again += 1) {
      expect(await post(`/affiliates/${id}/approve`)).toMatchObject({
        status: 200,
        body: { enrolments: [{ status: 'approved' }] },
      });
    }
    expect(await pendingKinds()).toEqual(['contact', 'event']);
    expect(bench.woken).toEqual([connectionId]);
    expect(await post(`/affiliates/${id}/reject`, { campaign: slug, reason: 'Spam' })).toMatchObject({
      body: { enrolments: [{ status: 'rejected', decisionReason: 'Spam' }] },
    });
    expect(await pendingKinds()).toEqual(['contact', 'event', 'contact']);
  });

  it('that need a campaign say so', async () => {
    const id = await addAffiliate({ email: 'a@example.com', campaign: (await bench.campaign('One')).slug });
    await addAffiliate({ email: 'a@example.com', campaign: (await bench.campaign('Two')).slug });
    expect(await post(`/affiliates/${id}/approve`)).toMatchObject({
      status: 422,
      body: { code: 'unprocessable', errors: [{ pointer: '#/campaign', code: 'campaign_needed' }] },
    });
    const { slug } = await bench.campaign('Three');
    expect(await post(`/affiliates/${id}/approve`, { campaign: slug })).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'not_enrolled' }] },
    });
  });

  it('on many have a result per id and counts that add up', async () => {
    const { slug } = await bench.campaign();
    const id = await addAffiliate({ email: 'a@example.com', campaign: slug });
    const affiliateIds = [id, randomUUID(), 'no id', id];
    expect(await post('/affiliates/approve', { affiliateIds })).toMatchObject({
      status: 200,
      body: {
        decided: 1,
        unchanged: 1,
        failed: 2,
        results: [
          { index: 0, outcome: 'approved' },
          { index: 1, outcome: 'failed', code: 'affiliate_not_found' },
          { index: 2, outcome: 'failed', code: 'affiliate_not_found' },
          { index: 3, outcome: 'unchanged' },
        ],
      },
    });
    expect((await post('/affiliates/reject', { affiliateIds: [id] })).body).toMatchObject({ decided: 1 });
    expect((await post('/affiliates/approve', { affiliateIds, campaign: 'nope' })).status).toBe(404);
    expect((await post('/affiliates/approve', { affiliateIds: [] })).status).toBe(400);
  });

  it('sent twice with one idempotency key happen once and wake nobody again', async () => {
    const { slug } = await bench.campaign();
    const id = await addAffiliate({ email: 'a@example.com', campaign: slug });
    await post(`/affiliates/${id}/approve`, {}, 'key');
    bench.woken.length = 0;
    const again = await post(`/affiliates/${id}/approve`, {}, 'key');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(bench.woken).toEqual([]);
    expect(await pendingKinds()).toEqual(['contact', 'event']);
  });
});

describe('events', () => {
  it('are recorded with 201, and answered with 200 when the external id is known', async () => {
    const { slug, connectionId } = await bench.campaign();
    const id = await addAffiliate({ email: 'a@example.com', campaign: slug, status: 'approved' });
    const event = {
      email: 'A@example.com',
      name: 'commission_earned',
      externalId: 'o-1',
      data: { amount: 1250, currency: 'EUR' },
    };
    expect(await post('/events', event)).toMatchObject({
      status: 201,
      body: { affiliateId: id, data: event.data, connectionIds: [connectionId] },
    });
    expect(await post('/events', event)).toMatchObject({ status: 200, body: { connectionIds: [] } });
    expect(await pendingKinds()).toEqual(['contact', 'event', 'event']);
    expect((await get(`/affiliates/${id}/events`)).body).toMatchObject({
      data: [{ name: 'commission_earned', externalId: 'o-1' }, { name: 'affiliate_approved' }],
    });
  });

  it('name the field that is wrong', async () => {
    const affiliateId = await addAffiliate({ email: 'a@example.com' });
    for (const [body, status, pointer] of [
      [{ affiliateId }, 400, '#/name'],
      [{ name: 'x' }, 400, '#/affiliateId'],
      [{ affiliateId: randomUUID(), name: 'x' }, 404, '#/affiliateId'],
      [{ email: 'nobody@example.com', name: 'x' }, 404, '#/email'],
      [{ affiliateId, name: 'x', data: [1] }, 400, '#/data'],
      [{ affiliateId, name: 'x', data: { a: '\u0000' } }, 400, '#/data'],
      [{ affiliateId, name: 'x', occurredAt: '31.01.2026' }, 400, '#/occurredAt'],
    ] as const) {
      expect(await post('/events', body)).toMatchObject({ status, body: { errors: [{ pointer }] } });
    }
  });
});

describe('another organisation', () => {
  it('finds none of it: every route answers 404, and lists are empty', async () => {
    const { id: campaignId, connectionId } = await bench.campaign();
    const id = await addAffiliate({ email: 'a@example.com', campaign: campaignId });
    const stranger = { as: 'stranger' } as const;
    for (const [method, path, body] of [
      ['GET', `/campaigns/${campaignId}`],
      ['PATCH', `/campaigns/${campaignId}`, { name: 'Mine' }],
      ['GET', `/campaigns/${campaignId}/destinations`],
      ['PUT', `/campaigns/${campaignId}/destinations/${connectionId}`, { enabled: false }],
      ['DELETE', `/campaigns/${campaignId}/destinations/${connectionId}`],
      ['GET', `/affiliates/${id}`],
      ['PATCH', `/affiliates/${id}`, { name: 'Mine' }],
      ['GET', `/affiliates/${id}/events`],
      ['POST', `/affiliates/${id}/approve`, {}],
      ['POST', `/affiliates/${id}/reject`, { campaign: campaignId }],
      ['POST', '/affiliates/approve', { affiliateIds: [id], campaign: campaignId }],
      ['POST', '/affiliates', { email: 'x@example.com', campaign: campaignId }],
      ['POST', '/affiliates/bulk', { affiliates: [{ email: 'x@example.com' }], campaign: campaignId }],
      ['POST', '/events', { affiliateId: id, name: 'x' }],
      ['POST', '/events', { email: 'a@example.com', name: 'x' }],
      ['GET', `/affiliates?campaign=${campaignId}`],
    ] as const) {
      const { status } = await bench.call(method, path, body, stranger);
      expect([method, path, status]).toEqual([method, path, 404]);
    }
    const own = await bench.call('POST', '/campaigns', { name: 'Own' }, stranger);
    const mixed = `/campaigns/${String(own.body['id'])}/destinations/${connectionId}`;
    expect((await bench.call('PUT', mixed, {}, stranger)).status).toBe(404);
    expect((await bench.call('GET', '/affiliates', undefined, stranger)).body['data']).toEqual([]);
    expect(
      (await bench.call('POST', '/affiliates/approve', { affiliateIds: [id] }, stranger)).body,
    ).toMatchObject({
      failed: 1,
    });
    expect((await get(`/affiliates/${id}`)).body).toMatchObject({
      name: null,
      enrolments: [{ status: 'applied' }],
    });
  });
});
