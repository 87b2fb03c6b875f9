import 'reflect-metadata';

import { csrfTokenOf, FirstOwnerService, PasswordResetService } from '@rekomi/identity';

import { type CallOptions, PASSWORD, PeopleBench, type Reply } from '../testing/people-bench.js';

let bench: PeopleBench;
let acme: string;

beforeAll(async () => {
  bench = await PeopleBench.open({ mails: true });
  acme = await bench.organization();
  await bench.sql(`UPDATE organization SET name = 'Acme <b>& Sons</b>' WHERE id = $1`, [acme]);
});

beforeEach(() => bench.forgetLimits());

afterAll(() => bench.close());

const BROWSER = { 'sec-fetch-site': 'same-origin', accept: 'text/html' };
const open = (path: string, options: CallOptions = {}): Promise<Reply> =>
  bench.call('GET', path, undefined, { headers: BROWSER, ...options });
const send = (path: string, form: Record<string, string>, options: CallOptions = {}): Promise<Reply> =>
  bench.call('POST', path, undefined, { form, ...options });
const hidden = (page: Reply, name: string): string | undefined =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1];
const where = (reply: Reply): readonly [number, string | null] => [
  reply.status,
  reply.headers.get('location'),
];

describe('the first visit', () => {
  it('makes the owner, who is then signed in; the link is dead after that', async () => {
    const token = (await bench.app.get(FirstOwnerService).createToken(acme)) ?? '';
    const path = `/account/first/${token}`;
    // A mail scanner or a preview looks at the link first, and harms nothing.
    await open(path);
    const page = await open(path);
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).toContain('Acme &lt;b&gt;&amp; Sons&lt;/b&gt;');

    const form = { name: 'Olga', email: 'olga@example.com', password: 'password123' };
    const refused = await send(path, form);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('aria-invalid="true"');
    expect(refused.text).toContain('among those that are tried first');
    expect(refused.text).toContain('value="olga@example.com"');
    expect(refused.text).not.toContain('password123');

    const done = await send(path, { ...form, password: PASSWORD });
    expect(where(done)).toEqual([303, '/account']);
    const account = await open('/account', { cookie: done.cookie });
    expect(account.text).toContain('<strong>Olga</strong> (olga@example.com), owner of');

    const late = await open(path);
    expect(late.status).toBe(410);
    expect(late.text).toContain('This link is not valid any more');
    expect((await send(path, { ...form, password: PASSWORD })).status).toBe(410);
  });

  it('needs an address that is one', async () => {
    const token = await bench.app.get(FirstOwnerService).createToken(await bench.organization('Globex'));
    const page = await send(`/account/first/${token ?? ''}`, {
      name: 'x',
      email: 'nonsense',
      password: PASSWORD,
    });
    expect(page.status).toBe(400);
    expect(page.text).toContain('Give an address of the form');
  });
});

describe('the sign-in page', () => {
  it('leads to the account, and is where whoever is not signed in is led', async () => {
    expect(where(await open('/account'))).toEqual([303, '/account/sign-in']);
    const page = await open('/account/sign-in');
    expect(page.text).toContain('autoComplete="current-password"');
    expect(page.headers.get('set-cookie')).toBeNull();
    const done = await send('/account/sign-in', { email: 'olga@example.com', password: PASSWORD });
    expect(where(done)).toEqual([303, '/account']);
    expect(done.headers.get('set-cookie')).toContain('HttpOnly; SameSite=Lax');
  });

  it('says the same about a wrong password and an unknown address', async () => {
    const wrong = await send('/account/sign-in', { email: 'olga@example.com', password: 'wrong password' });
    const unknown = await send('/account/sign-in', {
      email: 'nobody@example.com',
      password: 'wrong password',
    });
    expect(wrong.status).toBe(401);
    expect(wrong.text.replaceAll('olga@', 'nobody@')).toBe(unknown.text);
    expect(wrong.text).not.toContain('wrong password');
  });

  it('refuses a form of another site', async () => {
    const answer = await send(
      '/account/sign-in',
      { email: 'olga@example.com', password: PASSWORD },
      { headers: { 'sec-fetch-site': 'cross-site' } },
    );
    expect(answer.status).toBe(403);
    expect(answer.cookie).toBeUndefined();
  });

  it('survives a form without fields, and fields of any kind', async () => {
    expect((await send('/account/sign-in', {})).status).toBe(401);
    expect((await send('/account/sign-in', { 'email[]': 'x', __proto__: 'y', toString: 'z' })).status).toBe(
      401,
    );
  });
});

describe('signing out', () => {
  it('takes a button of our own page', async () => {
    const { cookie } = await send('/account/sign-in', { email: 'olga@example.com', password: PASSWORD });
    const page = await open('/account/sign-out', { cookie });
    const _csrf = hidden(page, '_csrf') ?? '';
    for (const [form, headers] of [
      [{}, BROWSER],
      [{ _csrf: csrfTokenOf('x'.repeat(43)) }, BROWSER],
      [{ _csrf }, { 'sec-fetch-site': 'cross-site' }],
      [{ _csrf }, {}],
    ] as const) {
      expect((await send('/account/sign-out', form, { cookie, headers })).status).toBe(403);
    }
    expect((await open('/account', { cookie })).status).toBe(200);
    const done = await send('/account/sign-out', { _csrf }, { cookie });
    expect(where(done)).toEqual([303, '/account/sign-in']);
    expect(done.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(where(await open('/account', { cookie }))).toEqual([303, '/account/sign-in']);
  });
});

describe('the account page', () => {
  it('offers the other organisations of its person, and moves there', async () => {
    const globex = await bench.organization('Globex');
    const person = await bench.person(acme, 'viewer');
    await bench.join(globex, person.id, 'admin');
    const page = await open('/account', { session: person.session });
    expect(page.text).toContain(`<option value="${globex}">Globex (admin)</option>`);
    const form = { _csrf: csrfTokenOf(person.session.token), organizationId: globex };
    expect(where(await send('/account/organization', form, { session: person.session }))).toEqual([
      303,
      '/account',
    ]);
    expect((await open('/account', { session: person.session })).text).toContain('admin of');
    const nobody = acme.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    for (const organizationId of ['nonsense', nobody, ''])
      expect(
        (await send('/account/organization', { ...form, organizationId }, { session: person.session }))
          .status,
      ).toBe(404);
  });
});

describe('a forgotten password', () => {
  it('is replaced with the help of a mail', async () => {
    const answers = [
      await send('/account/forgot', { email: 'olga@example.com' }),
      await send('/account/forgot', { email: 'nobody@example.com' }),
    ];
    expect(answers[0]?.text).toBe(answers[1]?.text);
    await bench.app.get(PasswordResetService).onModuleDestroy();
    const path = `/account/reset/${bench.mail.tokenFor('olga@example.com') ?? ''}`;
    await open(path);
    const page = await open(path);
    expect(page.text).toContain('olga@example.com');
    expect((await send(path, { password: 'short' })).status).toBe(400);
    const done = await send(path, { password: 'eight green umbrellas' });
    expect(where(done)).toEqual([303, '/account/sign-in?password=set']);
    expect((await open('/account/sign-in?password=set')).text).toContain('Your new password is set.');
    expect((await open(path)).status).toBe(410);
    const back = await send('/account/sign-in', {
      email: 'olga@example.com',
      password: 'eight green umbrellas',
    });
    expect(back.status).toBe(303);
  });

  it('without mail is replaced with the help of whoever runs the server', async () => {
    const quiet = await PeopleBench.open();
    try {
      const page = await quiet.call('POST', '/account/forgot', undefined, {
        form: { email: 'a@example.com' },
      });
      expect(page.text).toContain('npm run account -- reset');
    } finally {
      await quiet.close();
    }
  });
});

describe('an invitation', () => {
  const invite = async (email: string): Promise<string> => {
    const admin = await bench.person(acme, 'admin');
    const body = { email, role: 'manager' };
    await bench.call('POST', '/v1/member-invitations', body, { session: admin.session });
    return `/account/invitation/${bench.mail.tokenFor(email) ?? ''}`;
  };

  it('is accepted by a newcomer, and looking at it accepts nothing', async () => {
    const path = await invite('grace@example.com');
    expect((await open(path)).text).toContain('<strong>grace@example.com</strong>');
    expect((await open(path)).status).toBe(200);
    const nameless = await send(path, { email: 'grace@example.com', name: '', password: PASSWORD });
    expect(nameless.text).toContain('Give your name.');
    const form = { email: 'grace@example.com', name: 'Grace', password: PASSWORD };
    const joined = await send(path, form);
    expect(where(joined)).toEqual([303, '/account']);
    expect((await open('/account', { cookie: joined.cookie })).text).toContain('Grace</strong>');
    expect((await send(path, form)).status).toBe(410);
  });

  it('is accepted with one button by whoever is signed in with the address', async () => {
    const globex = await bench.organization('Globex');
    const person = await bench.person(globex, 'viewer');
    const path = await invite(person.email);
    const page = await open(path, { session: person.session });
    expect(page.text).not.toContain('name="password"');
    expect((await send(path, {}, { session: person.session })).status).toBe(403);
    const joined = await send(path, { _csrf: hidden(page, '_csrf') ?? '' }, { session: person.session });
    expect(where(joined)).toEqual([303, '/account']);
  });

  it('warns whoever is signed in with another address', async () => {
    const person = await bench.person(acme, 'viewer');
    const page = await open(await invite('ivan@example.com'), { session: person.session });
    expect(page.text).toContain(`You are signed in as ${person.email}`);
    expect(page.text).toContain('name="password"');
  });

  it('with another address typed into its form is refused', async () => {
    const path = await invite('judy@example.com');
    const answer = await send(path, { email: 'mallory@example.com', name: 'M', password: PASSWORD });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('This invitation is for another address');
  });
});
