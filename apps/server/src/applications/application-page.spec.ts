import { ApplicationsBench } from './testing/applications-bench.js';

let bench: ApplicationsBench;
beforeAll(async () => {
  bench = await ApplicationsBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const revisionIn = (html: string): string => /name="_revision" value="([^"]+)"/.exec(html)?.[1] ?? '';
const JANE = {
  firstName: 'Jane',
  lastName: 'Doe',
  email: 'jane@example.com',
  country: 'DE',
  consent: 'yes',
} as const;
const apply = async (page: string, fields: Readonly<Record<string, string | readonly string[]>> = JANE) =>
  bench.post(page, { _revision: revisionIn((await bench.open(page)).text), _website: '', ...fields });
const applications = async () =>
  (await bench.call('GET', '/applications')).body['data'] as Record<string, unknown>[];
const affiliateOf = async (email: string) =>
  (
    (await bench.call('GET', `/affiliates?email=${encodeURIComponent(email)}`)).body['data'] as Record<
      string,
      unknown
    >[]
  )[0];
const consentsOf = async (email: string) =>
  (
    await bench.superuser.query<{ basis: string; wording: string | null; source: string | null }>(
      `SELECT c.basis, c.wording, c.source FROM consent c JOIN affiliate a ON a.id = c.affiliate_id
        WHERE a.email_key = $1 ORDER BY c.recorded_at`,
      [email],
    )
  ).rows;

describe('the public page of a campaign', () => {
  it('takes an application, answers with a page of its own, and shows it to the merchant', async () => {
    const { page } = await bench.campaign({ description: 'For bloggers.\n\nAnd <b>readers</b>.' });
    const shown = await bench.open(page);
    expect(shown).toMatchObject({ status: 200 });
    expect(shown.text).toContain('<p>And &lt;b&gt;readers&lt;/b&gt;.</p>');
    const sent = await apply(page);
    expect(sent.status).toBe(303);
    expect(sent.headers.get('location')).toBe(`${page}/thanks`);
    expect((await bench.open(`${page}/thanks`)).text).toContain('Thank you');
    expect(await applications()).toMatchObject([
      {
        email: 'jane@example.com',
        name: 'Jane Doe',
        status: 'applied',
        answers: [
          { key: 'firstName', label: 'First name', value: 'Jane' },
          { key: 'lastName', value: 'Doe' },
          { key: 'email', value: 'jane@example.com' },
          { key: 'country', value: 'DE', text: 'Germany' },
          { key: 'consent', value: true },
        ],
      },
    ]);
    expect(await consentsOf('jane@example.com')).toEqual([
      {
        basis: 'application',
        wording: expect.stringContaining('I agree that One stores my details') as string,
        source: `https://crm.example.com${page}`,
      },
    ]);
  });

  it('comes back with every fault beside its field, and with everything that was filled in', async () => {
    const { page } = await bench.campaign();
    const sent = await apply(page, { ...JANE, email: 'jane@nowhere', website: 'not a page', consent: [] });
    expect(sent.status).toBe(422);
    expect(sent.text).toContain('<title>Error: Summer · One</title>');
    expect(sent.text).toContain('<a href="#email">E-mail address: The part after the @');
    expect(sent.text).toMatch(/id="email-error"/);
    expect(sent.text).toMatch(/<input[^>]*id="email"[^>]*value="jane@nowhere"/);
    expect(sent.text).toMatch(/<input[^>]*id="website"[^>]*value="not a page"/);
    expect(sent.text).toMatch(/<option value="DE" selected="">Germany/);
    expect(sent.text).toContain('Tick this box to go on.');
    expect(await applications()).toEqual([]);
    expect(await affiliateOf('jane@example.com')).toBeUndefined();
  });

  it('sent twice, also at once, is one application', async () => {
    const { page } = await bench.campaign();
    const sent = await Promise.all(Array.from({ length: 8 }, () => apply(page)));
    expect(sent.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 303));
    expect((await apply(page, { ...JANE, email: 'JANE@example.com ' })).status).toBe(303);
    expect(await applications()).toMatchObject([{ email: 'jane@example.com', submissions: 1 }]);
    expect(await consentsOf('jane@example.com')).toHaveLength(1);
  });

  it('lets people correct themselves while they wait, and keeps what they sent before', async () => {
    const { page } = await bench.campaign();
    await apply(page, { ...JANE, firstName: 'Jnae' });
    await apply(page);
    const [application] = await applications();
    expect(application).toMatchObject({ name: 'Jane Doe', submissions: 2 });
    expect((await bench.call('GET', `/applications/${String(application?.['id'])}`)).body).toMatchObject({
      answers: [{ key: 'firstName', value: 'Jane' }, {}, {}, {}, {}],
      furtherSubmissions: [{ answers: [{ key: 'firstName', value: 'Jnae' }, {}, {}, {}, {}] }],
    });
  });

  it('keeps no more than ten submissions of one person', async () => {
    const { page } = await bench.campaign();
    for (let n = 0; n < 13; n += 1) await apply(page, { ...JANE, firstName: `Jane ${n}` });
    expect(await applications()).toMatchObject([{ submissions: 10, name: 'Jane 12 Doe' }]);
  });

  it('takes what programs fill into the field that nobody sees, and stores nothing', async () => {
    const { page } = await bench.campaign();
    const sent = await apply(page, { ...JANE, _website: 'https://spam.example' });
    expect(sent.status).toBe(303);
    expect(sent.headers.get('location')).toBe(`${page}/thanks`);
    expect(await applications()).toEqual([]);
  });

  it('asks again when the form was changed meanwhile, without taking an old consent for a new one', async () => {
    const { id, page } = await bench.campaign();
    const old = revisionIn((await bench.open(page)).text);
    await bench.set(id, { termsUrl: 'https://example.com/terms' });
    const sent = await bench.post(page, { ...JANE, _revision: old });
    expect(sent.status).toBe(409);
    expect(sent.text).toContain('The form was changed in the meantime');
    expect(sent.text).toMatch(/<input[^>]*id="firstName"[^>]*value="Jane"/);
    expect(sent.text).not.toMatch(/<input[^>]*id="consent"[^>]*checked/);
    expect(sent.text).toContain('href="https://example.com/terms"');
    expect(await applications()).toEqual([]);
    expect((await apply(page)).status).toBe(303);
  });

  it('is gone when it is switched off or the campaign is archived, and was never there for other names', async () => {
    const { id, page } = await bench.campaign();
    const form = (await bench.call('GET', `/campaigns/${id}/form`)).body;
    const put = (enabled: boolean) =>
      bench.call('PUT', `/campaigns/${id}/form`, { fields: form['fields'], enabled });
    expect(await put(false)).toMatchObject({ status: 200, body: { enabled: false, isDefault: false } });
    const closed = await bench.open(page);
    expect(closed.status).toBe(410);
    expect(closed.text).toContain('One takes no applications for “Summer” at the moment.');
    expect((await bench.post(page, JANE)).status).toBe(410);
    await put(true);
    expect((await bench.open(page)).status).toBe(200);
    await bench.set(id, { archived: true });
    expect((await bench.open(page)).status).toBe(410);
    for (const other of [
      '/p/one/nope',
      '/p/nobody/summer',
      '/p/two/summer',
      '/p/one/a%00b',
      '/p/%F0%9F%98%80/x',
    ]) {
      const answer = await bench.open(other);
      expect([other, answer.status]).toEqual([other, 404]);
      expect(answer.text).toContain('There is no such page');
    }
  });

  it('is found in any letter case', async () => {
    await bench.campaign();
    expect((await bench.open('/p/One/SUMMER/')).status).toBe(200);
  });
});

describe('somebody who is known', () => {
  const profile = async () =>
    (
      await bench.superuser.query<Record<string, unknown>>(
        `SELECT a.full_name AS name, a.country, e.status FROM affiliate a LEFT JOIN enrolment e ON e.affiliate_id = a.id
          WHERE a.email_key = 'jane@example.com'`,
      )
    ).rows[0];

  it.each(['approved', 'rejected', 'archived'] as const)(
    'and %s is neither renamed nor decided anew by a stranger who knows the address',
    async (decision) => {
      const { page } = await bench.campaign();
      await apply(page);
      const id = String((await affiliateOf('jane@example.com'))?.['id']);
      await bench.superuser.query(`UPDATE enrolment SET status = $1 WHERE affiliate_id = $2`, [decision, id]);
      const before = await profile();
      const consents = await consentsOf('jane@example.com');
      const sent = await apply(page, {
        ...JANE,
        firstName: 'Visit',
        lastName: 'evil.example',
        country: 'FR',
      });
      expect(sent.status).toBe(303);
      expect(await profile()).toEqual(before);
      expect(await consentsOf('jane@example.com')).toEqual(consents);
      const [application] = await applications();
      expect(application).toMatchObject({ submissions: 2, answers: [{ value: 'Jane' }, {}, {}, {}, {}] });
    },
  );

  it('from elsewhere can apply, and keeps name, country and recorded consent', async () => {
    const { page } = await bench.campaign();
    await bench.call('POST', '/affiliates', { email: 'jane@example.com', name: 'Jane van Doe' });
    expect((await apply(page)).status).toBe(303);
    expect(await profile()).toMatchObject({ name: 'Jane van Doe', country: null });
    expect(await consentsOf('jane@example.com')).toEqual([]);
    expect(await applications()).toMatchObject([
      { status: 'applied', answers: [{ value: 'Jane' }, {}, {}, {}, {}] },
    ]);
  });

  it('and corrected by the merchant keeps the correction', async () => {
    const { page } = await bench.campaign();
    await apply(page);
    const id = String((await affiliateOf('jane@example.com'))?.['id']);
    await bench.call('PATCH', `/affiliates/${id}`, { name: 'Jane Corrected' });
    await apply(page, { ...JANE, firstName: 'Visit' });
    expect(await profile()).toMatchObject({ name: 'Jane Corrected' });
  });

  it('gets the same answer as everybody', async () => {
    const { page } = await bench.campaign();
    await apply(page);
    const id = String((await affiliateOf('jane@example.com'))?.['id']);
    await bench.call('POST', `/affiliates/${id}/reject`, {});
    const [known, unknown] = [
      await apply(page, { ...JANE, lastName: 'X' }),
      await apply(page, { ...JANE, email: 'new@example.com' }),
    ];
    const told = ({ status, text, headers }: typeof known) => [status, text, headers.get('location')];
    expect(told(known)).toEqual(told(unknown));
  });
});

describe('automatic approval', () => {
  it('approves an applicant who fits, in the same moment', async () => {
    const { page } = await bench.campaign({ autoApprove: true });
    await apply(page);
    expect(await applications()).toMatchObject([{ status: 'approved' }]);
    const { rows } = await bench.superuser.query<{ name: string }>('SELECT name FROM event ORDER BY id');
    expect(rows.map(({ name }) => name)).toEqual(['affiliate_applied', 'affiliate_approved']);
    const { rows: sent } = await bench.superuser.query<{ kind: string }>('SELECT kind FROM delivery');
    expect(sent.map(({ kind }) => kind)).toContain('contact');
  });

  it('says why it passed somebody by', async () => {
    const { page } = await bench.campaign({
      autoApprove: true,
      rules: { emailDomains: { allow: [], block: ['example.com'] } },
    });
    await apply(page);
    expect(await applications()).toMatchObject([
      { status: 'applied', skipped: [{ code: 'domain_blocked' }] },
    ]);
  });
});

describe('an address that has to be confirmed', () => {
  const RULE = { autoApprove: true, rules: { confirmedAddress: true } };
  const linkIn = (text: string): string =>
    /https:\/\/crm\.example\.com(\/p\/confirm\/\S+)/.exec(text)?.[1] ?? '';

  it('gets a mail whose button confirms it and lets the rules look again', async () => {
    bench.mail.configured = true;
    const { page } = await bench.campaign(RULE);
    await apply(page);
    expect((await bench.open(`${page}/thanks`)).text).toContain('a mail with a link is on its way');
    expect(await applications()).toMatchObject([
      { status: 'applied', addressConfirmed: false, skipped: [{ code: 'address_not_confirmed' }] },
    ]);
    const [mail] = bench.mail.messages;
    expect(mail).toMatchObject({ to: 'jane@example.com', purpose: 'address_confirmation' });
    const link = linkIn(mail?.text ?? '');
    const shown = await bench.open(link);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('I agree that One stores my details');
    expect(await applications()).toMatchObject([{ status: 'applied', addressConfirmed: false }]);
    expect((await bench.post(link, {})).text).toContain('Your address is confirmed');
    expect(await applications()).toMatchObject([{ status: 'approved', addressConfirmed: true, skipped: [] }]);
    expect((await bench.post(link, {})).status).toBe(200);
    expect((await bench.open(link)).text).toContain('There is nothing more to do');
  });

  it('gets no second mail within minutes, however often somebody applies with it', async () => {
    bench.mail.configured = true;
    const { page } = await bench.campaign(RULE);
    for (let n = 0; n < 5; n += 1) await apply(page, { ...JANE, lastName: `Doe ${n}` });
    expect(bench.mail.messages).toHaveLength(1);
    await bench.superuser.query(
      `UPDATE application SET confirmation_sent_at = now() - interval '11 minutes'`,
    );
    await apply(page);
    expect(bench.mail.messages).toHaveLength(2);
    await bench.superuser.query(
      `UPDATE application SET confirmation_sent_at = now() - interval '1 day', confirmation_mails = 5`,
    );
    await apply(page, { ...JANE, lastName: 'Once more' });
    expect(bench.mail.messages).toHaveLength(2);
  });

  it('gets no mail when it wants none', async () => {
    bench.mail.configured = true;
    const { page } = await bench.campaign(RULE);
    await bench.superuser.query(
      `INSERT INTO suppression (id, organization_id, email_key, reason, source)
       VALUES (new_id(), $1, 'jane@example.com', 'unsubscribed', 'test')`,
      [bench.organizationId],
    );
    expect((await apply(page)).status).toBe(303);
    expect(bench.mail.messages).toEqual([]);
    await bench.superuser.query('DELETE FROM suppression');
  });

  it('that was confirmed for one campaign is not for another, where a stranger may have entered it', async () => {
    bench.mail.configured = true;
    const { page } = await bench.campaign(RULE);
    await apply(page);
    await bench.post(linkIn(bench.mail.messages[0]?.text ?? ''), {});
    const other = await bench.campaign(RULE);
    await apply(other.page, { ...JANE, lastName: 'Somebody Else' });
    const waiting = {
      status: 'applied',
      addressConfirmed: false,
      skipped: [{ code: 'address_not_confirmed' }],
    };
    expect(await applications()).toMatchObject([waiting, { status: 'approved', addressConfirmed: true }]);
    // Nor by the link of the first campaign.
    await bench.post(linkIn(bench.mail.messages[0]?.text ?? ''), {});
    expect(await applications()).toMatchObject([waiting, { status: 'approved' }]);

    expect(bench.mail.messages).toMatchObject([{}, { to: 'jane@example.com' }]);
    await bench.post(linkIn(bench.mail.messages[1]?.text ?? ''), {});
    expect(await applications()).toMatchObject([
      { status: 'approved', addressConfirmed: true, skipped: [] },
      { status: 'approved' },
    ]);
  });

  it('makes the consent of somebody who was known before count only once it is confirmed', async () => {
    bench.mail.configured = true;
    const { page } = await bench.campaign(RULE);
    await bench.call('POST', '/affiliates', { email: 'jane@example.com', name: 'Jane van Doe' });
    await apply(page);
    expect(await consentsOf('jane@example.com')).toEqual([]);
    await bench.post(linkIn(bench.mail.messages[0]?.text ?? ''), {});
    expect(await consentsOf('jane@example.com')).toMatchObject([{ basis: 'application' }]);
    expect(await affiliateOf('jane@example.com')).toMatchObject({ name: 'Jane van Doe' });
  });

  it('does not take links that are unknown, too old, or for an address that was changed', async () => {
    bench.mail.configured = true;
    const { page } = await bench.campaign(RULE);
    await apply(page);
    const link = linkIn(bench.mail.messages[0]?.text ?? '');
    for (const unknown of [`${link}x`, link.slice(0, -1), `/p/confirm/${'A'.repeat(43)}`, '/p/confirm/%00']) {
      expect([unknown, (await bench.open(unknown)).status]).toEqual([unknown, 404]);
    }
    const id = String((await affiliateOf('jane@example.com'))?.['id']);
    await bench.call('PATCH', `/affiliates/${id}`, { email: 'other@example.com' });
    expect((await bench.post(link, {})).status).toBe(410);
    await bench.call('PATCH', `/affiliates/${id}`, { email: 'jane@example.com' });
    await bench.superuser.query(`UPDATE application SET confirmation_expires_at = now()`);
    expect((await bench.open(link)).text).toContain('This link has expired');
    expect((await bench.post(link, {})).status).toBe(410);
    expect(await applications()).toMatchObject([{ addressConfirmed: false }]);
  });

  it('without a mail server the merchant is told, and people wait for a decision', async () => {
    const { id, page } = await bench.campaign(RULE);
    expect((await bench.call('GET', `/campaigns/${id}/form`)).body).toMatchObject({
      url: `https://crm.example.com${page}`,
      warnings: [{ code: 'mail_not_configured' }],
    });
    expect((await apply(page)).status).toBe(303);
    expect((await bench.open(`${page}/thanks`)).text).not.toContain('mail with a link');
    expect(await applications()).toMatchObject([
      { status: 'applied', skipped: [{ code: 'address_not_confirmed' }] },
    ]);
  });
});
