import 'reflect-metadata';

import { FirstOwnerService, PasswordResetService, type Role, ROLES } from '@rekomi/identity';

import { PASSWORD, PeopleBench, type Person, type Reply } from './testing/people-bench.js';

let bench: PeopleBench;
let acme: string;
let owner: Person;

beforeAll(async () => {
  bench = await PeopleBench.open({ mails: true });
});

beforeEach(async () => {
  await bench.forgetLimits();
  acme = await bench.organization();
  owner = await bench.owner(acme);
});

afterAll(() => bench.close());

const signIn = (email: string, password: string): Promise<Reply> =>
  bench.call('POST', '/v1/session', { email, password });
const setRole = (by: Person, id: string, role: Role): Promise<Reply> =>
  bench.call('PATCH', `/v1/members/${id}`, { role }, { session: by.session });
const remove = (by: Person, id: string): Promise<Reply> =>
  bench.call('DELETE', `/v1/members/${id}`, undefined, { session: by.session });
const invite = (by: Person, email: string, role: Role = 'manager'): Promise<Reply> =>
  bench.call('POST', '/v1/member-invitations', { email, role }, { session: by.session });
const accept = (token: string | undefined, body: object, options = {}): Promise<Reply> =>
  bench.call('POST', '/v1/member-invitations/accept', { token, ...body }, options);
const rolesIn = async (organizationId: string): Promise<string[]> =>
  (
    await bench.sql<{ role: string }>(
      'SELECT role FROM membership WHERE organization_id = $1 ORDER BY role',
      [organizationId],
    )
  ).map(({ role }) => role);

describe('the first owner of an organisation', () => {
  const owners = (): FirstOwnerService => bench.app.get(FirstOwnerService);
  const client = { ip: '192.0.2.1', userAgent: undefined };
  const somebody = (email: string): { email: string; name: string; password: string } => ({
    ...{ email, name: 'Olga', password: PASSWORD },
  });

  it('comes in by a link that works once', async () => {
    const globex = await bench.organization('Globex');
    const token = (await owners().createToken(globex)) ?? '';
    expect(await owners().find(token)).toEqual({ organizationId: globex, organizationName: 'Globex' });
    await owners().complete(token, somebody('first@example.com'), client);
    expect(await rolesIn(globex)).toEqual(['owner']);
    await expect(owners().find(token)).rejects.toMatchObject({ problem: { code: 'link_not_valid' } });
    await expect(owners().complete(token, somebody('late@example.com'), client)).rejects.toMatchObject({
      problem: { code: 'link_not_valid' },
    });
    expect(await owners().createToken(globex)).toBeUndefined();
  });

  it('is one, even if two people open the link at once', async () => {
    const globex = await bench.organization('Globex');
    const token = (await owners().createToken(globex)) ?? '';
    const results = await Promise.allSettled([
      owners().complete(token, somebody('one@example.com'), client),
      owners().complete(token, somebody('two@example.com'), client),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await rolesIn(globex)).toEqual(['owner']);
  });

  it('is not let in by an older link once there is a newer one, nor by an expired one', async () => {
    const globex = await bench.organization('Globex');
    const older = (await owners().createToken(globex)) ?? '';
    const newer = (await owners().createToken(globex)) ?? '';
    await expect(owners().find(older)).rejects.toMatchObject({ problem: { code: 'link_not_valid' } });
    await bench.sql(`UPDATE first_owner_link SET expires_at = now() WHERE organization_id = $1`, [globex]);
    await expect(owners().find(newer)).rejects.toMatchObject({ problem: { code: 'link_not_valid' } });
    await expect(owners().complete(newer, somebody('late2@example.com'), client)).rejects.toMatchObject({
      problem: { code: 'link_not_valid' },
    });
  });

  it('who has an account already gives its password', async () => {
    const globex = await bench.organization('Globex');
    const token = (await owners().createToken(globex)) ?? '';
    const wrong = { ...somebody(owner.email), password: 'not the password at all' };
    await expect(owners().complete(token, wrong, client)).rejects.toMatchObject({
      problem: { code: 'credentials_wrong' },
    });
    const session = await owners().complete(token, somebody(owner.email), client);
    expect(session.userId).toBe(owner.id);
  });
});

describe('a new password', () => {
  const change = (newPassword: string, currentPassword = PASSWORD): Promise<Reply> =>
    bench.call('POST', '/v1/me/password', { currentPassword, newPassword }, { session: owner.session });

  it.each([
    ['short', 'password_too_short'],
    ['nine char', 'password_too_short'],
    ['x'.repeat(257), 'password_too_long'],
    ['password123!', 'password_common'],
    ['P@ssw0rd2026', 'password_common'],
    ['1234567890', 'password_common'],
    ['qwertyuiop', 'password_common'],
    ['aaaaaaaaaaaa', 'password_common'],
    ['abcabcabcabc', 'password_common'],
  ])('%j is refused as %s', async (password, code) => {
    const answer = await change(password);
    expect(answer.body).toMatchObject({
      status: 400,
      code: 'validation_failed',
      errors: [{ pointer: '#/newPassword', code }],
    });
  });

  it('is not one’s own address', async () => {
    expect((await change(owner.email.toUpperCase())).body).toMatchObject({
      errors: [{ code: 'password_is_address' }],
    });
  });

  it('needs the present one', async () => {
    expect((await change('eight green umbrellas', 'wrong one here')).body).toMatchObject({
      code: 'credentials_wrong',
      errors: [{ pointer: '#/currentPassword' }],
    });
  });

  it('opens the door from now on, the old one does not, and all other sessions end', async () => {
    const other = await bench.session(acme, owner.id);
    expect((await change('eight green umbrellas')).body).toEqual({ ended: 1 });
    expect((await bench.call('GET', '/v1/session', undefined, { session: other })).status).toBe(401);
    expect((await bench.call('GET', '/v1/session', undefined, { session: owner.session })).status).toBe(200);
    expect((await signIn(owner.email, PASSWORD)).status).toBe(401);
    expect((await signIn(owner.email, 'eight green umbrellas')).status).toBe(201);
  });

  it('is the same however the keyboard composes its letters', async () => {
    await change('zw\u00f6lf gr\u00fcne \ufb01sche');
    expect((await signIn(owner.email, 'zwo\u0308lf gru\u0308ne fische')).status).toBe(201);
  });

  it('is stored as argon2id, and anew when it was stored with weaker parameters', async () => {
    const hash = async (): Promise<string | undefined> =>
      (
        await bench.sql<{ password_hash: string }>('SELECT password_hash FROM app_user WHERE id = $1', [
          owner.id,
        ])
      )[0]?.password_hash;
    const current = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
    expect(await hash()).toMatch(current);
    const weak = await (await import('@node-rs/argon2')).hash(PASSWORD, { memoryCost: 1024, timeCost: 1 });
    await bench.sql('UPDATE app_user SET password_hash = $2 WHERE id = $1', [owner.id, weak]);
    expect((await signIn(owner.email, PASSWORD)).status).toBe(201);
    expect(await hash()).toMatch(current);
    expect((await signIn(owner.email, PASSWORD)).status).toBe(201);
  });
});

describe('somebody who forgot the password', () => {
  const ask = async (email: string): Promise<Reply> => {
    const answer = await bench.call('POST', '/v1/password-resets', { email });
    await bench.app.get(PasswordResetService).onModuleDestroy();
    return answer;
  };
  const complete = (token: string | undefined, password = 'eight green umbrellas'): Promise<Reply> =>
    bench.call('POST', '/v1/password-resets/complete', { token, password });

  it('is mailed a link that works once and ends all sessions', async () => {
    expect((await ask(owner.email)).status).toBe(202);
    const token = bench.mail.tokenFor(owner.email);
    expect((await complete(token)).status).toBe(204);
    expect((await bench.call('GET', '/v1/session', undefined, { session: owner.session })).status).toBe(401);
    expect((await signIn(owner.email, 'eight green umbrellas')).status).toBe(201);
    expect((await complete(token, 'nine yellow submarines')).body).toMatchObject({
      status: 410,
      code: 'link_not_valid',
    });
  });

  it('gets the same answer for an address without an account, and no mail goes there', async () => {
    const known = await ask(owner.email);
    const unknown = await ask('unknown@example.com');
    expect(unknown).toMatchObject({ status: known.status, body: known.body });
    expect(bench.mail.tokenFor('unknown@example.com')).toBeUndefined();
  });

  it('is mailed at most three links at once', async () => {
    const before = bench.mail.messages.length;
    for (let tries = 0; tries < 5; tries += 1) expect((await ask(owner.email)).status).toBe(202);
    expect(bench.mail.messages).toHaveLength(before + 3);
  });

  it('cannot use a link after 30 minutes, and a bad password does not use it up', async () => {
    await ask(owner.email);
    const token = bench.mail.tokenFor(owner.email);
    expect((await complete(token, 'short')).body).toMatchObject({
      errors: [{ pointer: '#/password', code: 'password_too_short' }],
    });
    await bench.sql(`UPDATE password_reset_link SET expires_at = now() WHERE user_id = $1`, [owner.id]);
    expect((await complete(token)).status).toBe(410);
    expect((await signIn(owner.email, PASSWORD)).status).toBe(201);
  });

  it('kills all links by using one', async () => {
    await ask(owner.email);
    const first = bench.mail.tokenFor(owner.email);
    await ask(owner.email);
    expect((await complete(bench.mail.tokenFor(owner.email))).status).toBe(204);
    expect((await complete(first)).status).toBe(410);
  });

  it('of two who use a link at once sets one password', async () => {
    await ask(owner.email);
    const token = bench.mail.tokenFor(owner.email);
    const answers = await Promise.all([
      complete(token, 'eight green umbrellas'),
      complete(token, 'nine yellow submarines'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 410]);
  });

  it('finds no token in the database', async () => {
    await ask(owner.email);
    const rows = await bench.sql('SELECT * FROM password_reset_link');
    expect(JSON.stringify(rows)).not.toContain(bench.mail.tokenFor(owner.email));
  });
});

describe('an invitation', () => {
  const newcomer = { name: 'Grace', password: 'eight green umbrellas' };

  it('is mailed and lets the invited person in, once, with the role that was offered', async () => {
    const sent = await invite(owner, 'grace@example.com', 'admin');
    expect(sent.status).toBe(201);
    expect(sent.body).toMatchObject({ email: 'grace@example.com', state: 'open', mailed: true, url: null });
    const token = bench.mail.tokenFor('grace@example.com');
    const joined = await accept(token, { email: 'Grace@Example.com', ...newcomer });
    expect(joined.status).toBe(200);
    expect(joined.body).toMatchObject({ user: { name: 'Grace' }, organization: { id: acme, role: 'admin' } });
    expect((await bench.call('GET', '/v1/session', undefined, { cookie: joined.cookie })).status).toBe(200);
    const again = await accept(token, { email: 'grace@example.com', ...newcomer });
    expect(again.body).toMatchObject({ status: 410, code: 'link_not_valid' });
  });

  it('lets in nobody with another address', async () => {
    await invite(owner, 'heidi@example.com');
    const token = bench.mail.tokenFor('heidi@example.com');
    const answer = await accept(token, { email: 'mallory@example.com', ...newcomer });
    expect(answer.body).toMatchObject({ status: 403, code: 'invitation_for_another' });
    const mallory = await bench.person(await bench.organization('Globex'), 'owner');
    const signedIn = await accept(token, {}, { session: mallory.session });
    expect(signedIn.body).toMatchObject({ status: 403, code: 'invitation_for_another' });
    expect(await rolesIn(acme)).toEqual(['owner']);
  });

  it('lets in somebody who is signed in with that address by one click, and only by a click', async () => {
    const globex = await bench.organization('Globex');
    const person = await bench.person(globex, 'viewer');
    await invite(owner, person.email, 'viewer');
    const token = bench.mail.tokenFor(person.email);
    const forged = await accept(token, {}, { session: person.session, csrf: null });
    expect(forged.body).toMatchObject({ code: 'csrf_token_wrong' });
    const joined = await accept(token, {}, { session: person.session });
    expect(joined.body).toMatchObject({ user: { id: person.id }, organization: { id: acme } });
    expect((await bench.call('GET', '/v1/session', undefined, { session: person.session })).status).toBe(401);
  });

  it('wants the password of an account that is there', async () => {
    const globex = await bench.organization('Globex');
    const gus = await bench.owner(globex);
    await invite(owner, gus.email);
    const token = bench.mail.tokenFor(gus.email);
    const wrong = await accept(token, { email: gus.email, ...newcomer });
    expect(wrong.body).toMatchObject({ code: 'credentials_wrong', errors: [{ pointer: '#/password' }] });
    const right = await accept(token, { email: gus.email, password: PASSWORD });
    expect(right.body).toMatchObject({ user: { id: gus.id }, organization: { id: acme, role: 'manager' } });
  });

  it('accepted by two at once counts once', async () => {
    await invite(owner, 'twice@example.com');
    const body = { email: 'twice@example.com', ...newcomer };
    const token = bench.mail.tokenFor('twice@example.com');
    const answers = await Promise.all([accept(token, body), accept(token, body)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
    expect(await rolesIn(acme)).toEqual(['manager', 'owner']);
  });

  it('is dead after seven days, when it is withdrawn, and when a newer one takes its place', async () => {
    const body = { ...newcomer };
    await invite(owner, 'late@example.com');
    const expired = bench.mail.tokenFor('late@example.com');
    await bench.sql(`UPDATE member_invitation SET expires_at = now() WHERE email = 'late@example.com'`);
    expect((await accept(expired, { email: 'late@example.com', ...body })).status).toBe(410);

    const { id } = (await invite(owner, 'taken@example.com')).body as { id: string };
    const withdrawn = bench.mail.tokenFor('taken@example.com');
    const revoke = await bench.call('DELETE', `/v1/member-invitations/${id}`, undefined, {
      session: owner.session,
    });
    expect(revoke.status).toBe(204);
    expect((await accept(withdrawn, { email: 'taken@example.com', ...body })).status).toBe(410);

    await invite(owner, 'again@example.com', 'viewer');
    const replaced = bench.mail.tokenFor('again@example.com');
    await invite(owner, 'AGAIN@example.com', 'manager');
    expect((await accept(replaced, { email: 'again@example.com', ...body })).status).toBe(410);
    const list = await bench.call('GET', '/v1/member-invitations', undefined, { session: owner.session });
    const states = (list.body['data'] as { email: string; state: string }[]).map(
      ({ email, state }) => `${email} ${state}`,
    );
    expect(states).toEqual([
      'late@example.com expired',
      'taken@example.com revoked',
      'again@example.com revoked',
      'AGAIN@example.com open',
    ]);
  });

  it('is not for members, nor above one’s own role, nor to be had from an API key', async () => {
    expect((await invite(owner, owner.email)).body).toMatchObject({
      code: 'already_exists',
      errors: [{ pointer: '#/email' }],
    });
    const admin = await bench.person(acme, 'admin');
    expect((await invite(admin, 'x@example.com', 'owner')).body).toMatchObject({ code: 'role_missing' });
    expect((await invite(admin, 'x@example.com', 'admin')).status).toBe(201);
    const body = { email: 'y@example.com', role: 'viewer' };
    const byKey = await bench.call('POST', '/v1/member-invitations', body, {
      apiKey: await bench.apiKey(acme),
    });
    expect(byKey.body).toMatchObject({ status: 403, code: 'people_only' });
  });

  it('offered by an owner cannot be taken away or replaced by an admin', async () => {
    const { id } = (await invite(owner, 'boss@example.com', 'owner')).body as { id: string };
    const admin = await bench.person(acme, 'admin');
    expect((await invite(admin, 'boss@example.com', 'viewer')).body).toMatchObject({ code: 'role_missing' });
    const revoke = await bench.call('DELETE', `/v1/member-invitations/${id}`, undefined, {
      session: admin.session,
    });
    expect(revoke.body).toMatchObject({ code: 'role_missing' });
  });

  it('asked for twice with one Idempotency-Key is one, and its link is told once', async () => {
    const quiet = await PeopleBench.open();
    try {
      const organization = await quiet.organization();
      const { session } = await quiet.owner(organization);
      const ask = (): Promise<Reply> =>
        quiet.call(
          'POST',
          '/v1/member-invitations',
          { email: 'grace@example.com', role: 'viewer' },
          { session, headers: { 'sec-fetch-site': 'same-origin', 'idempotency-key': 'invite-1' } },
        );
      const [first, again] = [await ask(), await ask()];
      expect(first.body).toMatchObject({
        mailed: false,
        url: expect.stringMatching(/^http:\/\/localhost:3000\/account\/invitation\/[\w-]{43}$/),
      });
      expect(again.body).toEqual({ ...first.body, url: null });
      const token = String(first.body['url']).split('/').at(-1);
      const stored = await quiet.sql('SELECT * FROM idempotency_key, member_invitation, audit_entry');
      expect(stored.length).toBeGreaterThan(0);
      expect(JSON.stringify(stored)).not.toContain(token);
    } finally {
      await quiet.close();
    }
  });
});

describe('roles', () => {
  it('are given by admins and owners, up to their own', async () => {
    for (const by of ROLES) {
      for (const to of ROLES) {
        const [changer, member] = [await bench.person(acme, by), await bench.person(acme, 'viewer')];
        const may = (by === 'owner' || by === 'admin') && ROLES.indexOf(by) <= ROLES.indexOf(to);
        const answer = await setRole(changer, member.id, to);
        expect([by, to, answer.status]).toEqual([by, to, may ? 200 : 403]);
      }
    }
  });

  it('of owners are out of reach for admins', async () => {
    const admin = await bench.person(acme, 'admin');
    expect((await setRole(admin, owner.id, 'viewer')).body).toMatchObject({ code: 'role_missing' });
    expect((await remove(admin, owner.id)).body).toMatchObject({ code: 'role_missing' });
    expect(await rolesIn(acme)).toEqual(['admin', 'owner']);
  });

  it('count at once, also for whoever is signed in', async () => {
    const admin = await bench.person(acme, 'admin');
    const rename = (): Promise<Reply> =>
      bench.call('GET', '/v1/member-invitations', undefined, { session: admin.session });
    expect((await rename()).status).toBe(200);
    await setRole(owner, admin.id, 'viewer');
    expect((await rename()).body).toMatchObject({
      status: 403,
      code: 'role_missing',
      detail: expect.stringMatching(/role admin .* yours is viewer/),
    });
  });

  it('leave one owner, whatever two owners do to each other at once', async () => {
    expect((await setRole(owner, owner.id, 'admin')).body).toMatchObject({ status: 409, code: 'last_owner' });
    expect((await remove(owner, owner.id)).body).toMatchObject({ status: 409, code: 'last_owner' });
    for (let round = 0; round < 5; round += 1) {
      const globex = await bench.organization('Globex');
      const [one, two] = [await bench.person(globex, 'owner'), await bench.person(globex, 'owner')];
      await Promise.all([setRole(one, two.id, 'viewer'), setRole(two, one.id, 'viewer')]);
      expect(await rolesIn(globex)).toEqual(['owner', 'viewer']);
      const hooli = await bench.organization('Hooli');
      const [three, four] = [await bench.person(hooli, 'owner'), await bench.person(hooli, 'owner')];
      await Promise.all([remove(three, three.id), remove(four, four.id)]);
      expect(await rolesIn(hooli)).toEqual(['owner']);
    }
  });

  it('end with the membership: a removed member is signed out here and stays signed in elsewhere', async () => {
    const globex = await bench.organization('Globex');
    const member = await bench.person(acme, 'manager');
    await bench.join(globex, member.id, 'viewer');
    const elsewhere = await bench.session(globex, member.id);
    expect((await remove(owner, member.id)).status).toBe(204);
    expect((await bench.call('GET', '/v1/session', undefined, { session: member.session })).status).toBe(401);
    expect((await bench.call('GET', '/v1/session', undefined, { session: elsewhere })).status).toBe(200);
  });
});

describe('people of another organisation', () => {
  it('are neither listed nor changed nor removed', async () => {
    const globex = await bench.organization('Globex');
    const stranger = await bench.person(globex, 'viewer');
    const list = await bench.call('GET', '/v1/members', undefined, { session: owner.session });
    expect((list.body['data'] as { id: string }[]).map(({ id }) => id)).toEqual([owner.id]);
    expect((await setRole(owner, stranger.id, 'viewer')).status).toBe(404);
    expect((await remove(owner, stranger.id)).status).toBe(404);
    const apiKey = await bench.apiKey(globex);
    const byKey = await bench.call('GET', '/v1/members', undefined, { apiKey });
    expect((byKey.body['data'] as { id: string }[]).map(({ id }) => id)).toEqual([stranger.id]);
  });
});

describe('one’s own account', () => {
  it('and organisation can be renamed', async () => {
    const { session } = owner;
    expect((await bench.call('PATCH', '/v1/me', { name: ' Olga O. ' }, { session })).body).toEqual({
      ...{ id: owner.id, email: owner.email, name: 'Olga O.' },
    });
    expect((await bench.call('PATCH', '/v1/me', { name: ' ' }, { session })).status).toBe(400);
    expect(
      (await bench.call('PATCH', '/v1/organization', { name: 'Acme Ltd' }, { session })).body,
    ).toMatchObject({
      id: acme,
      name: 'Acme Ltd',
    });
    const me = await bench.call('GET', '/v1/session', undefined, { session });
    expect(me.body).toMatchObject({ user: { name: 'Olga O.' }, organization: { name: 'Acme Ltd' } });
  });
});
