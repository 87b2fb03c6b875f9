import 'reflect-metadata';

import { Webhook } from 'standardwebhooks';

import { WebhooksApiBench } from './testing/webhooks-api-bench.js';

let bench: WebhooksApiBench;
beforeAll(async () => {
  bench = await WebhooksApiBench.open();
}, 60_000);
afterAll(() => bench.close());
beforeEach(() => bench.reset());

type Row = Record<string, unknown>;

const get = (path: string) => bench.call('GET', path);
const post = (path: string, body?: unknown) => bench.call('POST', path, body);
const patch = (path: string, body: unknown) => bench.call('PATCH', path, body);
const rowsOf = (body: Row) => body['data'] as readonly Row[];

async function create(more: object = {}): Promise<{ id: string; path: string; secret: string }> {
  const { status, body } = await post('/webhook-endpoints', { url: bench.url, ...more });
  expect(status).toBe(201);
  const id = String(body['id']);
  return { id, path: `/webhook-endpoints/${id}`, secret: String(body['secret']) };
}

const states = async (path: string) =>
  rowsOf((await get(`${path}/deliveries`)).body).map(({ state }) => String(state));

describe('a webhook endpoint', () => {
  it('is told of an approval, about whom and in which campaign, and its log shows the answer', async () => {
    const { id, path, secret } = await create({ description: 'Warehouse' });
    const affiliateId = await bench.approve('Told of');
    await bench.until('it is delivered', async () => (await states(path)).includes('delivered'));
    const [{ headers, body }] = bench.received as [(typeof bench.received)[number]];
    const message = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(message).toMatchObject({
      type: 'affiliate_approved',
      data: { affiliate: { id: affiliateId, name: 'Ada Lovelace' }, campaign: { name: 'Told of' } },
    });
    const [delivery] = rowsOf((await get(`/deliveries?connection=${id}`)).body);
    expect(delivery).toMatchObject({
      target: { kind: 'webhook_endpoint', id, label: 'Warehouse' },
      affiliateId,
      state: 'delivered',
      event: { id: headers['webhook-id'], dedupeId: headers['webhook-id'] },
    });
    expect(delivery).not.toHaveProperty('connectionId');
    expect((await get(`/deliveries/${String(delivery?.['id'])}/attempts`)).body).toMatchObject({
      data: [{ number: 1, outcome: 'accepted', exchanges: [{ status: 204, method: 'POST' }] }],
    });
    expect(rowsOf((await get(`/affiliates/${affiliateId}/timeline`)).body)).toMatchObject([
      { id: delivery?.['id'], target: { label: 'Warehouse' } },
    ]);
    expect((await get(`/events/${String(headers['webhook-id'])}`)).body).toMatchObject({
      deliveries: [{ target: { kind: 'webhook_endpoint' } }],
    });
    expect((await get(`${path}/totals`)).body).toMatchObject({
      conservation: { created: 1, settled: 1, open: 0, holds: true },
    });
  });

  it('shows a message that waits in the timeline of its affiliate', async () => {
    bench.status = 500;
    const { path } = await create();
    const affiliateId = await bench.approve('Waits');
    await bench.until('it is tried', async () => (await states(path)).includes('retrying'));
    expect(rowsOf((await get(`/affiliates/${affiliateId}/timeline`)).body)).toMatchObject([
      { state: 'retrying', reason: { code: 'endpoint_failed' }, attempts: 1, attemptLog: [{ number: 1 }] },
    ]);
    expect(rowsOf((await get(`/deliveries?affiliate=${affiliateId}&state=retrying`)).body)).toHaveLength(1);
  });

  it('shows its secret once, also when the call is repeated, and no header value ever', async () => {
    const body = { url: bench.url, headers: { 'X-Key': 'open-sesame-1' } };
    const first = await bench.call('POST', '/webhook-endpoints', body, { idempotencyKey: 'once' });
    const again = await bench.call('POST', '/webhook-endpoints', body, { idempotencyKey: 'once' });
    expect(String(first.body['secret'])).toMatch(/^whsec_/);
    expect(again.body).toEqual({ ...first.body, secret: null });
    const rotate = `/webhook-endpoints/${String(first.body['id'])}/rotate-secret`;
    const rotated = await bench.call('POST', rotate, { overlapHours: 2 }, { idempotencyKey: 'twice' });
    const rotatedAgain = await bench.call('POST', rotate, { overlapHours: 2 }, { idempotencyKey: 'twice' });
    expect(rotatedAgain.body).toEqual({ ...rotated.body, secret: null });
    expect(rotated.body['oldSecretExpiresAt']).not.toBeNull();
    const secrets = [first, rotated].map((reply) => String(reply.body['secret']).slice('whsec_'.length));
    for (const route of [
      '/webhook-endpoints',
      `/webhook-endpoints/${String(first.body['id'])}`,
      '/audit-entries',
    ])
      for (const secret of [...secrets, 'open-sesame-1'])
        expect((await get(route)).text).not.toContain(secret);
    const stored = JSON.stringify(await bench.rows('SELECT * FROM idempotency_key'));
    for (const secret of secrets) expect(stored).not.toContain(secret);
  });

  it('says of every field at once what cannot be accepted', async () => {
    const { status, body } = await post('/webhook-endpoints', {
      url: 'http://10.0.0.1/x',
      eventTypes: ['ok', ''],
      headers: { Host: 'evil', 'X-A': 'a\r\nb' },
      template: { email: '{{affiliate.password}}' },
    });
    expect(status).toBe(400);
    const errors = body['errors'] as readonly { pointer: string; detail: string }[];
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
      '#/eventTypes/1',
      '#/headers/Host',
      '#/headers/X-A',
      '#/template/email',
      '#/url',
    ]);
    expect(await bench.rows('SELECT 1 FROM webhook_endpoint')).toEqual([]);
  });

  it('is refused without an address, and with a mixture of all and chosen events', async () => {
    expect((await post('/webhook-endpoints', {})).body).toMatchObject({ errors: [{ pointer: '#/url' }] });
    expect((await post('/webhook-endpoints', { url: bench.url, eventTypes: ['*', 'x'] })).body).toMatchObject(
      {
        errors: [{ pointer: '#/eventTypes', code: 'event_types_mixed' }],
      },
    );
  });

  it('can be a vendor’s own API by a preset, whose keys never come back', async () => {
    const credentials = { siteId: 'site-1', trackApiKey: 'track-key-1' };
    const preset = { name: 'customer-io-track', region: 'eu', credentials };
    const { status, body, text } = await post('/webhook-endpoints', { preset });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        url: 'https://track-eu.customer.io/api/v1/customers/{{affiliate.email}}/events',
        preset: 'customer-io-track',
        headerNames: ['authorization'],
        template: null,
      },
    });
    expect(text).not.toContain('track-key-1');
    const mixed = await post('/webhook-endpoints', { preset: { ...preset, region: 'mars' }, url: bench.url });
    expect((mixed.body['errors'] as readonly Row[]).map(({ pointer }) => pointer)).toEqual([
      '#/url',
      '#/preset/region',
    ]);
  });

  it('is changed in part: what is absent stays, null removes', async () => {
    const { path } = await create({
      description: 'A',
      eventTypes: ['x'],
      headers: { One: '1', Two: '2' },
      template: { id: '{{id}}' },
    });
    expect((await patch(path, { headers: { Two: null, Three: '3' }, template: null })).body).toMatchObject({
      description: 'A',
      eventTypes: ['x'],
      headerNames: ['One', 'Three'],
      template: null,
    });
    expect((await patch(path, { eventTypes: ['*'], description: null })).body).toMatchObject({
      eventTypes: ['*'],
      description: null,
    });
    expect((await patch(path, { url: 'ftp://x' })).status).toBe(400);
  });

  it('is tried with a test message, which shows the answer and is no delivery', async () => {
    const { path, secret } = await create();
    bench.status = 418;
    const { body } = await post(`${path}/test`, { eventType: 'commission_earned' });
    expect(body).toMatchObject({
      delivered: false,
      reason: { code: 'endpoint_failed' },
      exchange: { status: 418, responseBody: 'so it was' },
    });
    bench.status = 200;
    expect((await post(`${path}/test`)).body).toMatchObject({ delivered: true });
    const [first] = bench.received;
    const message = new Webhook(secret).verify(first!.body, first!.headers as Record<string, string>);
    expect(message).toMatchObject({ type: 'commission_earned', data: { amount: 1250, currency: 'EUR' } });
    expect(await states(path)).toEqual([]);
  });

  it('that fails for a day is spoken of once, until it takes something or somebody gives it another address', async () => {
    bench.status = 500;
    const { id, path } = await create({ description: 'Ailing' });
    const failures = async () => Number((await get(path)).body['failures']);
    const notices = async (open: boolean) => rowsOf((await get(`/notices?open=${String(open)}`)).body);
    await bench.approve('First of all');
    await bench.until('it fails', async () => (await failures()) >= 1);
    await bench.rows(`UPDATE webhook_endpoint SET failing_since = now() - interval '25 hours'`);
    for (const [index, name] of ['Second of all', 'Third of all'].entries()) {
      await bench.approve(name);
      await bench.until('it fails again', async () => (await failures()) >= index + 2);
    }
    expect(await notices(true)).toMatchObject([
      { kind: 'webhook_endpoint.failing', subjectId: id, reason: { code: 'endpoint_failing' } },
    ]);
    const mails = await bench.rows(`SELECT body_text FROM mail`);
    expect(mails).toHaveLength(1);
    expect(String(mails[0]?.['body_text'])).toContain('Ailing fails. It has taken nothing for a day.');
    expect((await get(path)).body).toMatchObject({ state: 'enabled' });

    await patch(path, { url: `${bench.url}/elsewhere` });
    expect(await notices(true)).toEqual([]);
    await bench.rows(`UPDATE webhook_endpoint SET failing_since = now() - interval '25 hours'`);
    await bench.approve('Fourth of all');
    await bench.until('it is told of again', async () => (await notices(true)).length === 1);
    bench.status = 204;
    await bench.approve('Fifth of all');
    await bench.until('that is over', async () => (await notices(true)).length === 0);
    expect(await notices(false)).toHaveLength(2);
  });

  it('that is gone is disabled with one notice and one mail to the owners; a replay brings what it missed', async () => {
    bench.status = 410;
    const { id, path, secret } = await create({ description: 'Gone' });
    await bench.approve('First');
    await bench.until('it is disabled', async () => (await get(path)).body['state'] === 'disabled');
    await bench.approve('Second');
    expect((await get(path)).body).toMatchObject({ reason: { code: 'endpoint_gone' } });
    expect(rowsOf((await get('/notices?open=true')).body)).toMatchObject([
      {
        kind: 'webhook_endpoint.disabled',
        subjectId: id,
        subjectLabel: 'Gone',
        reason: { code: 'endpoint_gone' },
      },
    ]);
    const { body: log } = await get('/audit-entries?action=webhook_endpoint.disabled');
    expect(rowsOf(log)).toMatchObject([
      {
        actor: { kind: 'system' },
        resource: { kind: 'webhook_endpoint', id, label: 'Gone' },
        details: { reason: 'endpoint_gone' },
      },
    ]);
    const mails = await bench.rows(`SELECT recipient, purpose, body_text FROM mail`);
    expect(mails).toMatchObject([{ recipient: 'owner@example.com', purpose: 'notice' }]);
    expect(String(mails[0]?.['body_text'])).toContain('Gone was disabled');

    const since = new Date(Date.now() - 3_600_000).toISOString();
    expect(await post(`${path}/replay`, { since })).toMatchObject({ status: 409 });
    bench.status = 204;
    bench.received.length = 0;
    expect((await post(`${path}/enable`)).body).toMatchObject({ state: 'enabled' });
    expect(rowsOf((await get('/notices?open=true')).body)).toEqual([]);
    expect((await post(`${path}/replay`, { since, dryRun: true })).body).toMatchObject({
      matched: 2,
      replayed: 0,
    });
    expect(await post(`${path}/replay`, { since, expected: 7 })).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '#/expected' }] },
    });
    expect((await post(`${path}/replay`, { since, expected: 2 })).body).toMatchObject({
      matched: 2,
      replayed: 2,
    });
    await bench.until('both are delivered', () => bench.received.length === 2);
    for (const { body, headers } of bench.received)
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
        type: 'affiliate_approved',
      });
  });

  it('is told one message again on request, with the same id', async () => {
    const { path } = await create();
    await bench.approve('Once more');
    await bench.until('it is delivered', async () => (await states(path)).includes('delivered'));
    const [delivery] = rowsOf((await get(`${path}/deliveries`)).body);
    const again = await post(`${path}/deliveries/${String(delivery?.['id'])}/replay`);
    expect(again.status).toBe(200);
    await bench.until('it comes again', () => bench.received.length === 2);
    const ids = bench.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([again.body['eventId'], again.body['eventId']]);
    expect((await post(`${path}/deliveries/nonsense/replay`)).status).toBe(404);
  });

  it('that is deleted is found no more, and its messages stay in the log with its name', async () => {
    const { id, path } = await create({ description: 'Old' });
    await bench.approve('Before');
    await bench.until('it is delivered', async () => (await states(path)).includes('delivered'));
    expect((await bench.call('DELETE', path)).status).toBe(204);
    expect((await get(path)).status).toBe(404);
    expect((await bench.call('DELETE', path)).status).toBe(404);
    expect(rowsOf((await get(`/deliveries?connection=${id}`)).body)).toMatchObject([
      { target: { label: 'Old' } },
    ]);
  });

  it('of another organisation does not exist', async () => {
    const { id, path } = await create();
    const calls: readonly (readonly [string, string, unknown?])[] = [
      ['GET', path],
      ['PATCH', path, { description: 'x' }],
      ['GET', `${path}/deliveries`],
      ['GET', `${path}/totals`],
      ['POST', `${path}/rotate-secret`, {}],
      ['POST', `${path}/test`, {}],
      ['POST', `${path}/disable`],
      ['POST', `${path}/enable`],
      ['POST', `${path}/replay`, { since: '2026-01-01T00:00:00Z' }],
      ['POST', `${path}/deliveries/${id}/replay`],
      ['DELETE', path],
    ];
    for (const [method, route, body] of calls) {
      const { status } = await bench.call(method, route, body, { as: 'stranger' });
      expect([method, route, status]).toEqual([method, route, 404]);
    }
    expect(
      rowsOf((await bench.call('GET', '/webhook-endpoints', undefined, { as: 'stranger' })).body),
    ).toEqual([]);
    expect((await get(path)).body).toMatchObject({ state: 'enabled' });
  });
});
