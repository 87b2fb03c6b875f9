import { randomUUID } from 'node:crypto';

import { ProgramsApiBench } from './testing/programs-api-bench.js';

let bench: ProgramsApiBench;
beforeAll(async () => {
  bench = await ProgramsApiBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const call = (method: string, path: string, body?: unknown) => bench.call(method, path, body);
const post = (path: string, body?: unknown) => bench.call('POST', path, body);
const get = (path: string) => bench.call('GET', path);
const approved = async (email: string, campaign: string) =>
  String((await post('/affiliates', { email, campaign, status: 'approved' })).body['id']);

describe('a batch of events', () => {
  it('has one result per row, and counts that add up', async () => {
    const { slug, connectionId } = await bench.campaign();
    const affiliateId = await approved('a@example.com', slug);
    await post('/affiliates', { email: 'waiting@example.com', campaign: slug });
    const events = [
      { affiliateId, name: 'first_click', externalId: 'e-1', occurredAt: '2026-01-31T12:00:00Z' },
      { affiliateId, name: 'first_click', externalId: 'e-1', occurredAt: null },
      { email: 'waiting@example.com', name: 'first_click' },
      { email: 'nobody@example.com', name: 'first_click' },
      { affiliateId, name: 'commission_earned', data: { amount: 12.5, currency: 'EUR' } },
      { affiliateId, name: 'comission_earned' },
    ];
    const { status, body } = await post('/events/bulk', { events });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      accepted: 2,
      stored: 1,
      duplicate: 1,
      invalid: 1,
      affiliateNotFound: 1,
      results: [
        { index: 0, outcome: 'accepted', connectionIds: [connectionId] },
        { index: 1, outcome: 'duplicate' },
        { index: 2, outcome: 'stored', notSent: { code: 'not_approved' } },
        { index: 3, outcome: 'affiliate_not_found', errors: [{ pointer: '#/events/3/email' }] },
        {
          index: 4,
          outcome: 'invalid',
          errors: [{ pointer: '#/events/4/data/amount', code: 'data_not_of_schema' }],
        },
        { index: 5, outcome: 'accepted', warnings: [{ code: 'name_like_builtin' }] },
      ],
    });
    const [first, second] = body['results'] as readonly { eventId: string; lateSeconds: number }[];
    expect(first?.eventId).toBe(second?.eventId);
    expect(first?.lateSeconds).toBeGreaterThan(3_600);
  });

  it('of more than 1,000 rows, or of none, is refused', async () => {
    const events = Array.from({ length: 1_001 }, () => ({ affiliateId: randomUUID(), name: 'x' }));
    expect(await post('/events/bulk', { events })).toMatchObject({ status: 400 });
    expect(await post('/events/bulk', { events: [] })).toMatchObject({ status: 400 });
  });
});

describe('events of everybody', () => {
  it('are listed page by page, last received first, by name, person, campaign and time', async () => {
    const { slug } = await bench.campaign();
    const affiliateId = await approved('a@example.com', slug);
    for (const [name, occurredAt] of [
      ['one', '2026-01-01T00:00:00Z'],
      ['two', '2026-02-01T00:00:00Z'],
      ['three', '2026-03-01T00:00:00Z'],
    ]) {
      await post('/events', { affiliateId, name, occurredAt, ...(name === 'two' ? { campaign: slug } : {}) });
    }
    const names = async (query: string) =>
      ((await get(`/events${query}`)).body['data'] as readonly { name: string }[]).map(({ name }) => name);
    expect(await names('')).toEqual(['three', 'two', 'one', 'affiliate_approved']);
    expect(await names('?name=two')).toEqual(['two']);
    expect(await names(`?campaign=${slug}`)).toEqual(['two', 'affiliate_approved']);
    expect(await names('?occurredFrom=2026-02-01T00:00:00Z&occurredTo=2026-02-28T00:00:00Z')).toEqual([
      'two',
    ]);
    expect(await names(`?affiliateId=${randomUUID()}`)).toEqual([]);
    const page = await get('/events?limit=3');
    expect(page.body).toMatchObject({ hasMore: true });
    expect(await names(`?limit=3&cursor=${String(page.body['nextCursor'])}`)).toEqual(['affiliate_approved']);
    expect((await get('/events?occurredFrom=yesterday')).status).toBe(400);
  });

  it('show where they went', async () => {
    const { slug, connectionId } = await bench.campaign();
    const affiliateId = await approved('a@example.com', slug);
    const { body } = await post('/events', { affiliateId, name: 'first_click' });
    await post('/events', { affiliateId, name: 'first_click' });
    expect((await get(`/events/${String(body['id'])}`)).body).toMatchObject({
      id: body['id'],
      deliveries: [{ connectionId, state: 'queued', event: { id: body['id'], name: 'first_click' } }],
    });
    expect((await get(`/events/${randomUUID()}`)).status).toBe(404);
  });
});

describe('event rules', () => {
  it('of a connection hold for a campaign until it has its own, and again after a reset', async () => {
    const { id, slug, connectionId } = await bench.campaign();
    const affiliateId = await approved('a@example.com', slug);
    const [ofConnection, ofCampaign] = [
      `/connections/${connectionId}/event-rules`,
      `/campaigns/${id}/destinations/${connectionId}/event-rules`,
    ];
    const sentAs = async () => {
      const { body } = await post('/events', { affiliateId, name: 'payout_sent' });
      const { deliveries } = (await get(`/events/${String(body['id'])}`)).body as {
        deliveries: readonly { event: { name: string } }[];
      };
      return deliveries.map(({ event }) => event.name);
    };
    expect(await sentAs()).toEqual(['payout_sent']);
    const renamed = { mode: 'chosen', chosen: ['payout_sent'], names: { payout_sent: 'Paid' } };
    expect(await call('PUT', ofConnection, renamed)).toMatchObject({ status: 200, body: renamed });
    expect(await sentAs()).toEqual(['Paid']);
    expect((await get(ofCampaign)).body).toMatchObject({ source: 'connection', value: renamed });
    expect((await call('PUT', ofCampaign, { mode: 'chosen' })).body).toMatchObject({
      source: 'campaign',
      value: { chosen: [] },
      inherited: renamed,
    });
    expect(await sentAs()).toEqual([]);
    expect((await call('DELETE', ofCampaign)).body).toMatchObject({ source: 'connection' });
    expect(await sentAs()).toEqual(['Paid']);
    const { events } = (await get(ofConnection)).body as {
      events: readonly { name: string; sentAs: string | null }[];
    };
    expect(events.find(({ name }) => name === 'payout_sent')).toEqual({
      name: 'payout_sent',
      sentAs: 'Paid',
    });
    expect(events.find(({ name }) => name === 'first_click')).toEqual({ name: 'first_click', sentAs: null });
  });

  it('with names that tools keep or cannot hold are refused', async () => {
    const path = `/connections/${await bench.connection()}/event-rules`;
    for (const [body, pointer, code] of [
      [{ mode: 'all', names: { x: 'User Deleted' } }, '#/names/x', 'event_name_reserved'],
      [{ mode: 'all', names: { 'a/b': 'é'.repeat(51) } }, '#/names/a~1b', 'event_name_length'],
      [{ mode: 'all', names: { x: 5 } }, '#/names/x', 'invalid_value'],
      [{ mode: 'all', chosen: ['x'] }, '#/chosen', 'not_with_all'],
      [{ mode: 'chosen', chosen: [' '] }, '#/chosen/0', 'event_name_length'],
    ] as const) {
      expect(await call('PUT', path, body)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer, code }] },
      });
    }
  });
});

describe('event types', () => {
  it('are declared, listed beside those built in, changed and removed', async () => {
    const schema = { type: 'object', properties: { course: { type: 'string' } }, required: ['course'] };
    const made = await post('/event-types', { name: 'course_finished', schema, example: { course: 'x' } });
    expect(made).toMatchObject({ status: 201, body: { name: 'course_finished', builtIn: false, schema } });
    const path = `/event-types/${String(made.body['id'])}`;
    const listed = (await get('/event-types')).body['data'] as readonly Record<string, unknown>[];
    expect(listed).toHaveLength(11);
    expect(listed.at(-1)).toEqual(made.body);
    expect((await post('/event-types', { name: 'course_finished' })).status).toBe(409);
    expect((await post('/event-types', { name: 'payout_sent' })).status).toBe(409);
    const affiliateId = String((await post('/affiliates', { email: 'a@example.com' })).body['id']);
    const event = { affiliateId, name: 'course_finished' };
    expect(await post('/events', event)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/data', code: 'data_not_of_schema' }] },
    });
    expect(await call('PATCH', path, { schema: null })).toMatchObject({
      status: 200,
      body: { schema: null },
    });
    expect((await post('/events', event)).status).toBe(201);
    expect((await call('DELETE', path)).status).toBe(204);
    expect(await post('/events', { ...event, strict: true })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/name', code: 'event_type_unknown' }] },
    });
  });

  it('are found by nobody else, and neither are events and rules', async () => {
    const { id: campaignId, slug, connectionId } = await bench.campaign();
    const affiliateId = await approved('a@example.com', slug);
    const event = String((await post('/events', { affiliateId, name: 'x' })).body['id']);
    const type = String((await post('/event-types', { name: 'mine' })).body['id']);
    for (const [method, path, body] of [
      ['GET', `/events/${event}`],
      ['GET', `/events?campaign=${campaignId}`],
      ['PATCH', `/event-types/${type}`, { description: 'Mine' }],
      ['DELETE', `/event-types/${type}`],
      ['GET', `/connections/${connectionId}/event-rules`],
      ['PUT', `/connections/${connectionId}/event-rules`, { mode: 'all' }],
      ['GET', `/campaigns/${campaignId}/destinations/${connectionId}/event-rules`],
      ['PUT', `/campaigns/${campaignId}/destinations/${connectionId}/event-rules`, { mode: 'all' }],
      ['DELETE', `/campaigns/${campaignId}/destinations/${connectionId}/event-rules`],
    ] as const) {
      const { status } = await bench.call(method, path, body, { as: 'stranger' });
      expect([method, path, status]).toEqual([method, path, 404]);
    }
    const bulk = await bench.call(
      'POST',
      '/events/bulk',
      { events: [{ affiliateId, name: 'x' }] },
      { as: 'stranger' },
    );
    expect(bulk.body).toMatchObject({ affiliateNotFound: 1 });
    expect((await bench.call('GET', '/events', undefined, { as: 'stranger' })).body).toMatchObject({
      data: [],
    });
    expect(
      ((await bench.call('GET', '/event-types', undefined, { as: 'stranger' })).body['data'] as unknown[])
        .length,
    ).toBe(10);
  });
});
