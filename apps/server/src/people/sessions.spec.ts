import 'reflect-metadata';

import { csrfTokenOf, SignInService } from '@rekomi/identity';

import { PASSWORD, PeopleBench, type Person } from './testing/people-bench.js';

let bench: PeopleBench;
let acme: string;
let owner: Person;

beforeAll(async () => {
  bench = await PeopleBench.open();
  acme = await bench.organization();
  owner = await bench.owner(acme, 'olga@example.com');
});

beforeEach(() => bench.forgetLimits());

afterAll(() => bench.close());

const signIn = (
  email = 'olga@example.com',
  password = PASSWORD,
  options = {},
): ReturnType<PeopleBench['call']> => bench.call('POST', '/v1/session', { email, password }, options);

describe('signing in', () => {
  it('with address and password sets a cookie that scripts cannot read', async () => {
    const answer = await signIn();
    expect(answer.status).toBe(201);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^rekomi_session=[\w-]{43}; Expires=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(answer.body).toMatchObject({
      user: { id: owner.id, email: 'olga@example.com', name: 'Olga Owner' },
      organization: { id: acme, name: 'Acme', role: 'owner' },
    });
    const me = await bench.call('GET', '/v1/session', undefined, { cookie: answer.cookie });
    expect(me.body).toEqual(answer.body);
  });

  it('ignores the case of the address', async () => {
    expect((await signIn('Olga@Example.COM')).status).toBe(201);
  });

  it('with a wrong password and with an unknown address is answered the same', async () => {
    const wrong = await signIn('olga@example.com', 'not the password');
    const unknown = await signIn('nobody@example.com', 'not the password');
    expect(wrong.status).toBe(401);
    const { requestId, ...rest } = wrong.body;
    expect(rest).toMatchObject({ code: 'credentials_wrong' });
    expect(unknown.body).toEqual({ ...rest, requestId: expect.any(String) });
    expect(unknown.cookie).toBeUndefined();
  });

  it('takes about as long for an unknown address as for a wrong password', async () => {
    const time = async (email: string): Promise<number> => {
      const began = performance.now();
      await signIn(email, 'not the password');
      return performance.now() - began;
    };
    await time('olga@example.com');
    const known = [
      await time('olga@example.com'),
      await time('olga@example.com'),
      await time('olga@example.com'),
    ];
    const unknown = [await time('a@example.com'), await time('b@example.com'), await time('c@example.com')];
    // Hashing takes some 20 ms, everything else a few: without it the unknown one would be several times faster.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 2);
  });

  it('is not for the password of somebody else, nor for somebody without a password', async () => {
    const { email } = await bench.person(acme, 'viewer');
    expect((await signIn(email)).status).toBe(401);
    expect((await signIn(email, 'nobody has this password')).status).toBe(401);
  });

  it('gets a session of its own, whatever cookie the browser brought along', async () => {
    const planted = `rekomi_session=${'A'.repeat(43)}`;
    const answer = await signIn(undefined, undefined, { cookie: planted });
    expect(answer.cookie).not.toBe(planted);
    expect((await bench.call('GET', '/v1/session', undefined, { cookie: planted })).status).toBe(401);
  });

  it('ends the session that the browser had before', async () => {
    const before = await signIn();
    await signIn(undefined, undefined, { cookie: before.cookie });
    const answer = await bench.call('GET', '/v1/session', undefined, { cookie: before.cookie });
    expect(answer.body).toMatchObject({ status: 401, code: 'session_ended' });
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
  });

  it('from a page of another site is refused', async () => {
    const foreign = await signIn(undefined, undefined, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(foreign.body).toMatchObject({ code: 'csrf_origin_foreign' });
    const older = await signIn(undefined, undefined, { headers: { origin: 'https://evil.example' } });
    expect(older.body).toMatchObject({ code: 'csrf_origin_foreign' });
  });

  it('is slowed down per account after ten tries, for a known and an unknown address alike', async () => {
    await bench.owner(await bench.organization('Globex'), 'gus@example.com');
    for (const email of ['gus@example.com', 'nobody@example.org']) {
      await bench.forgetLimits();
      const statuses: number[] = [];
      for (let tries = 0; tries < 11; tries += 1)
        statuses.push((await signIn(email, 'not the password')).status);
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
      expect((await signIn(email, PASSWORD)).status).toBe(429);
    }
  });

  it('leaves an entry in the audit log, and so does a refusal', async () => {
    await signIn();
    await signIn(undefined, 'not the password');
    // Nobody waits for the note of a refusal.
    await bench.app.get(SignInService).onModuleDestroy();
    const entries = await bench.sql<{ outcome: string; actor_kind: string }>(
      `SELECT outcome, actor_kind FROM audit_entry WHERE organization_id = $1 AND action = 'session.created'`,
      [acme],
    );
    expect(entries).toContainEqual({ outcome: 'done', actor_kind: 'user' });
    expect(entries).toContainEqual({ outcome: 'refused', actor_kind: 'public' });
  });

  it('is not possible for somebody who belongs to no organisation', async () => {
    const other = await bench.organization('Globex');
    const { id } = await bench.owner(other, 'gone@example.com');
    await bench.sql('DELETE FROM membership WHERE user_id = $1', [id]);
    expect((await signIn('gone@example.com')).body).toMatchObject({ code: 'no_organization' });
  });
});

describe('a session', () => {
  it('is stored without its token', async () => {
    const { cookie } = await signIn();
    const rows = await bench.sql('SELECT encode(token_hash, $1) AS hash, * FROM session', ['hex']);
    expect(JSON.stringify(rows)).not.toContain(cookie?.split('=')[1]);
  });

  it.each([
    ['two weeks without a request', `last_seen_at = now() - interval '14 days 1 minute'`],
    ['thirty days', `expires_at = now() - interval '1 second'`],
  ])('ends after %s', async (_, change) => {
    const session = await bench.session(acme, owner.id);
    expect((await bench.call('GET', '/v1/session', undefined, { session })).status).toBe(200);
    await bench.sql(`UPDATE session SET ${change} WHERE id = $1`, [session.id]);
    expect((await bench.call('GET', '/v1/session', undefined, { session })).body).toMatchObject({
      status: 401,
      code: 'session_ended',
    });
  });

  it('ends on the server when its person signs out', async () => {
    const session = await bench.session(acme, owner.id);
    expect((await bench.call('DELETE', '/v1/session', undefined, { session })).status).toBe(204);
    expect((await bench.call('GET', '/v1/session', undefined, { session })).status).toBe(401);
  });

  it('can be ended from another one, and strangers’ sessions cannot', async () => {
    const [mine, lost] = [await bench.session(acme, owner.id), await bench.session(acme, owner.id)];
    const stranger = await bench.person(acme, 'viewer');
    const list = await bench.call('GET', '/v1/sessions', undefined, { session: mine });
    const rows = list.body['data'] as { id: string; current: boolean }[];
    expect(rows.filter(({ current }) => current).map(({ id }) => id)).toEqual([mine.id]);
    expect(rows.map(({ id }) => id)).toContain(lost.id);
    expect(rows.map(({ id }) => id)).not.toContain(stranger.session.id);
    const end = (id: string): ReturnType<PeopleBench['call']> =>
      bench.call('DELETE', `/v1/sessions/${id}`, undefined, { session: mine });
    expect((await end(stranger.session.id)).status).toBe(404);
    expect((await end(lost.id)).status).toBe(204);
    expect((await bench.call('GET', '/v1/session', undefined, { session: lost })).status).toBe(401);
    expect((await bench.call('GET', '/v1/session', undefined, { session: stranger.session })).status).toBe(
      200,
    );
  });

  it('can end all others of its person at once', async () => {
    const { id } = await bench.person(acme, 'viewer');
    const [mine, ...others] = [
      await bench.session(acme, id),
      await bench.session(acme, id),
      await bench.session(acme, id),
    ];
    const answer = await bench.call('DELETE', '/v1/sessions', undefined, { session: mine });
    // With the one that the person came with.
    expect(answer.body).toEqual({ ended: others.length + 1 });
    expect((await bench.call('GET', '/v1/session', undefined, { session: mine })).status).toBe(200);
  });

  it('can move to another organisation of its person and to no other', async () => {
    const [globex, initech] = [await bench.organization('Globex'), await bench.organization('Initech')];
    const person = await bench.person(acme, 'viewer');
    await bench.join(globex, person.id, 'admin');
    const move = (organizationId: string): ReturnType<PeopleBench['call']> =>
      bench.call('POST', '/v1/session/organization', { organizationId }, { session: person.session });
    expect((await move(initech)).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await move(globex)).body).toMatchObject({
      organization: { id: globex, role: 'admin' },
      organizations: [{ id: acme, role: 'viewer' }, { id: globex }],
    });
    const read = await bench.call('GET', '/v1/organization', undefined, { session: person.session });
    expect(read.body).toMatchObject({ id: globex });
  });

  it('beside an API key counts for nothing: the key is who acts', async () => {
    const globex = await bench.organization('Globex');
    const apiKey = await bench.apiKey(globex);
    const answer = await bench.call('GET', '/v1/organization', undefined, { session: owner.session, apiKey });
    expect(answer.body).toMatchObject({ id: globex });
    const wrong = await bench.call('GET', '/v1/organization', undefined, {
      session: owner.session,
      headers: { authorization: 'Bearer nonsense' },
    });
    expect(wrong.body).toMatchObject({ status: 401, code: 'api_key_malformed' });
  });
});

describe('a change asked for with the cookie of a session', () => {
  const rename = (options: Parameters<PeopleBench['call']>[3]): ReturnType<PeopleBench['call']> =>
    bench.call('PATCH', '/v1/organization', { name: 'Acme' }, { session: owner.session, ...options });

  it('is carried out for a page of our own with the token of the session', async () => {
    expect((await rename({})).status).toBe(200);
    const { host } = new URL(bench.origin);
    expect((await rename({ headers: { origin: `http://${host}` } })).status).toBe(200);
  });

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }],
    ['nobody knows where', {}],
    ['another origin', { origin: 'https://evil.example' }],
    ['a hidden origin', { origin: 'null' }],
    [
      'another site, whatever its Origin says',
      { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' },
    ],
  ])('is refused when it comes from %s', async (_, headers) => {
    expect((await rename({ headers })).body).toMatchObject({ status: 403, code: 'csrf_origin_foreign' });
  });

  it.each([
    ['without a token', (): string | null => null],
    ['with the token of another session', (): string => csrfTokenOf('x'.repeat(43))],
    ['with the session’s own secret', (): string => owner.session.token],
    ['with an empty token', (): string => ''],
  ])('is refused %s', async (_, csrf) => {
    expect((await rename({ csrf: csrf() })).body).toMatchObject({ status: 403, code: 'csrf_token_wrong' });
  });

  it('needs none of that with an API key', async () => {
    const apiKey = await bench.apiKey(acme);
    const answer = await bench.call('GET', '/v1/members', undefined, {
      apiKey,
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(answer.status).toBe(200);
  });
});

describe('with an https address', () => {
  let secure: PeopleBench;
  beforeAll(async () => {
    secure = await PeopleBench.open({ publicUrl: 'https://crm.example.com' });
  });
  afterAll(() => secure.close());

  it('the cookie is Secure and bound to the host, and one without that name counts for nothing', async () => {
    await secure.owner(await secure.organization(), 'olga@example.com');
    const answer = await secure.call('POST', '/v1/session', {
      email: 'olga@example.com',
      password: PASSWORD,
    });
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-rekomi_session=.*; Path=\/; .*; Secure$/);
    const get = (cookie: string | undefined): ReturnType<PeopleBench['call']> =>
      secure.call('GET', '/v1/session', undefined, { cookie });
    expect((await get(answer.cookie)).status).toBe(200);
    expect((await get(answer.cookie?.replace('__Host-', ''))).status).toBe(401);
  });
});
