import 'reflect-metadata';

import { AuditBench, type Credentials } from '../audit/testing/audit-bench.js';

let bench: AuditBench;
let admin: Credentials;

beforeAll(async () => {
  bench = await AuditBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  admin = await bench.person('admin');
});

const wanted = { name: ' Checkout ', environment: 'live', scope: 'read' };
const create = (body: object = wanted, headers = {}) => bench.call('POST', '/api-keys', admin, body, headers);
const bearer = (secret: unknown): Credentials => ({ authorization: `Bearer ${String(secret)}` });
/** What a program gets that comes with this secret. */
const tryOut = async (secret: unknown) => {
  const { status, body } = await bench.call('GET', '/mails', bearer(secret));
  return status === 200 ? 200 : body['code'];
};
const audited = async () =>
  (await bench.call('GET', '/audit-entries', admin)).body['data'] as Record<string, unknown>[];

describe('an API key', () => {
  it('is created with a secret that works and is never shown again', async () => {
    const { status, body } = await create();
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'Checkout', environment: 'live', scope: 'read', revokedAt: null });
    const secret = String(body['secret']);
    expect(secret).toMatch(/^rk_live_[0-9A-Za-z]{36}$/);
    expect(secret.startsWith(String(body['prefix'])) && secret.endsWith(String(body['lastFour']))).toBe(true);
    expect(await tryOut(secret)).toBe(200);
    const read = await bench.call('GET', `/api-keys/${String(body['id'])}`, admin);
    const list = await bench.call('GET', '/api-keys', admin);
    expect(read.body).toMatchObject({ id: body['id'], prefix: body['prefix'] });
    expect(list.body).toMatchObject({ data: [{ id: body['id'] }], hasMore: false });
    expect(read.text + list.text + JSON.stringify(await audited())).not.toContain(secret.slice(12, 40));
  });

  it('is created once for a repeated Idempotency-Key, whose answer has no secret', async () => {
    const first = await create(wanted, { 'idempotency-key': 'one' });
    const again = await create(wanted, { 'idempotency-key': 'one' });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual({ ...first.body, secret: null });
    const stored = await bench.superuser.query<{ body: unknown }>('SELECT body FROM idempotency_key');
    expect(JSON.stringify(stored.rows)).not.toContain(String(first.body['secret']).slice(12));
    expect((await bench.call('GET', '/api-keys', admin)).body['data']).toHaveLength(1);
  });

  it.each([
    [{ ...wanted, name: '  ' }, '#/name'],
    [{ ...wanted, name: 'x'.repeat(201) }, '#/name'],
    [{ ...wanted, scope: 'admin' }, '#/scope'],
    [{ ...wanted, environment: 'prod' }, '#/environment'],
    [{ ...wanted, expiresAt: '2020-01-01T00:00:00Z' }, '#/expiresAt'],
    [{ ...wanted, expiresAt: 'next week' }, '#/expiresAt'],
    [{ ...wanted, expiresAt: '2030-02-31T00:00:00Z' }, '#/expiresAt'],
    [{ ...wanted, expiresAt: 1 }, '#/expiresAt'],
    [{ ...wanted, secret: 'mine' }, '#/secret'],
  ])('is refused as %j, with the field named', async (body, pointer) => {
    const answer = await create(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ pointer }] } });
    expect((await bench.call('GET', '/api-keys', admin)).body['data']).toEqual([]);
  });

  it('is refused with every field that is wrong, not only the first', async () => {
    const { body } = await create({
      name: '',
      environment: 'x',
      scope: 'y',
      expiresAt: '2020-01-01T00:00:00Z',
    });
    expect(body['errors']).toMatchObject([
      { pointer: '#/name' },
      { pointer: '#/environment' },
      { pointer: '#/scope' },
      { pointer: '#/expiresAt', code: 'is_in_the_future' },
    ]);
  });

  it('ends when it was told to', async () => {
    const { body } = await create({ ...wanted, expiresAt: new Date(Date.now() + 60_000).toISOString() });
    expect(await tryOut(body['secret'])).toBe(200);
    await bench.superuser.query(`UPDATE api_key SET expires_at = now()`);
    expect(await tryOut(body['secret'])).toBe('api_key_expired');
    const rotated = await bench.call('POST', `/api-keys/${String(body['id'])}/rotate`, admin);
    expect(rotated).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
  });

  it('is renamed, with both names on record', async () => {
    const { body } = await create();
    const path = `/api-keys/${String(body['id'])}`;
    expect((await bench.call('PATCH', path, admin, { name: 'Billing' })).body['name']).toBe('Billing');
    expect((await audited())[0]).toMatchObject({
      action: 'api_key.renamed',
      resource: { kind: 'api_key', id: body['id'], label: 'Billing' },
      details: { changes: { name: { from: 'Checkout', to: 'Billing' } } },
    });
    expect((await bench.call('PATCH', path, admin, { name: 'x', scope: 'read_write' })).status).toBe(400);
  });

  it('is revoked at once and for good, also with the secret of before its rotation', async () => {
    const { body } = await create();
    const path = `/api-keys/${String(body['id'])}`;
    const rotated = await bench.call('POST', `${path}/rotate`, admin);
    const revoked = await bench.call('DELETE', path, admin);
    expect(revoked).toMatchObject({
      status: 200,
      body: { revokedAt: expect.any(String), formerSecretValidUntil: null },
    });
    for (const { secret } of [body, rotated.body] as const)
      expect(await tryOut(secret)).toBe('api_key_revoked');
    expect((await bench.call('DELETE', path, admin)).body).toEqual(revoked.body);
    expect((await audited()).map(({ action }) => action)).toEqual([
      'api_key.revoked',
      'api_key.rotated',
      'api_key.created',
    ]);
  });
});

describe('a rotated key', () => {
  const rotate = (id: unknown, body?: object, headers = {}) =>
    bench.call('POST', `/api-keys/${String(id)}/rotate`, admin, body, headers);
  /** As if the given time had passed. */
  const pass = (hours: number) =>
    bench.superuser.query(
      `UPDATE api_key_former_secret SET valid_until = valid_until - make_interval(hours => $1)`,
      [hours],
    );

  it('works with both secrets for a day, then with the new one only, and says so', async () => {
    const { body } = await create();
    const rotated = await rotate(body['id']);
    expect(rotated).toMatchObject({ status: 200, body: { id: body['id'], name: 'Checkout', scope: 'read' } });
    expect(rotated.body['secret']).not.toBe(body['secret']);
    const hours = (Date.parse(String(rotated.body['formerSecretValidUntil'])) - Date.now()) / 3_600_000;
    expect(hours).toBeCloseTo(24, 1);
    expect([await tryOut(body['secret']), await tryOut(rotated.body['secret'])]).toEqual([200, 200]);
    await pass(25);
    expect([await tryOut(body['secret']), await tryOut(rotated.body['secret'])]).toEqual([
      'api_key_replaced',
      200,
    ]);
  });

  it('without an overlap leaves no former secret working, from earlier rotations neither', async () => {
    const { body } = await create();
    const second = await rotate(body['id'], { overlapHours: 168 });
    const third = await rotate(body['id'], { overlapHours: 0 });
    expect(third.body['formerSecretValidUntil']).toBeNull();
    expect([
      await tryOut(body['secret']),
      await tryOut(second.body['secret']),
      await tryOut(third.body['secret']),
    ]).toEqual(['api_key_replaced', 'api_key_replaced', 200]);
  });

  it.each([-1, 169, 1.5, '24', null])('has no overlap of %j hours', async (overlapHours) => {
    const { body } = await create();
    const answer = await rotate(body['id'], { overlapHours });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/overlapHours' }] } });
    expect(await tryOut(body['secret'])).toBe(200);
  });

  it('is rotated once for a repeated Idempotency-Key', async () => {
    const { body } = await create();
    const first = await rotate(body['id'], undefined, { 'idempotency-key': 'r' });
    const again = await rotate(body['id'], undefined, { 'idempotency-key': 'r' });
    expect(again.body).toEqual({ ...first.body, secret: null });
    expect(await tryOut(first.body['secret'])).toBe(200);
  });

  it('many times at once has exactly one newest secret', async () => {
    const { body } = await create();
    const all = await Promise.all(Array.from({ length: 8 }, () => rotate(body['id'], { overlapHours: 0 })));
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
    const results = await Promise.all(all.map((one) => tryOut(one.body['secret'])));
    expect(results.filter((result) => result === 200)).toHaveLength(1);
    expect(results.filter((result) => result === 'api_key_replaced')).toHaveLength(7);
  });
});

describe('keys are for admins to give', () => {
  it('and not for keys, managers or other organisations', async () => {
    const { body } = await create({ ...wanted, scope: 'read_write' });
    const path = `/api-keys/${String(body['id'])}`;
    const routes = [
      ['POST', '/api-keys', wanted],
      ['GET', '/api-keys', undefined],
      ['GET', path, undefined],
      ['PATCH', path, { name: 'x' }],
      ['POST', `${path}/rotate`, {}],
      ['DELETE', path, undefined],
    ] as const;
    const manager = await bench.person('manager');
    for (const [method, route, sent] of routes) {
      expect((await bench.call(method, route, bearer(body['secret']), sent)).body['code']).toBe(
        'people_only',
      );
      expect((await bench.call(method, route, manager, sent)).body['code']).toBe('role_missing');
    }
    const stranger = await bench.person('owner', bench.otherOrganizationId);
    for (const [method, route, sent] of routes.slice(2)) {
      expect((await bench.call(method, route, stranger, sent)).status).toBe(404);
    }
    expect((await bench.call('GET', '/api-keys', stranger)).body['data']).toEqual([]);
    expect(await tryOut(body['secret'])).toBe(200);
  });
});
