import { InvitesBench } from './testing/invites-bench.js';

let bench: InvitesBench;
beforeAll(async () => {
  bench = await InvitesBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  bench.mail.configured = true;
});

const invite = (campaign: string, body: Record<string, unknown>) =>
  bench.call('POST', '/invites/bulk', { campaign, sendMail: true, ...body });

describe('invitations by mail', () => {
  it('carry the personal link, greet by name, and can be unsubscribed from with one click', async () => {
    const { slug } = await bench.campaign();
    const { body } = await invite(slug, {
      invites: [{ email: 'jane@example.com', firstName: 'Jane' }, 'joe@example.com'],
    });
    const [jane] = body['results'] as { link: string; mailed: boolean }[];
    expect(jane?.mailed).toBe(true);
    expect(bench.mail.messages.map(({ to }) => to).sort()).toEqual(['jane@example.com', 'joe@example.com']);
    const mail = bench.mail.messages.find(({ to }) => to === 'jane@example.com');
    expect(mail).toMatchObject({ subject: 'You are invited to Summer', purpose: 'invite' });
    expect(mail?.text).toContain('Hello Jane,');
    expect(mail?.text).toContain(jane?.link);
    expect(mail?.text).toContain(mail?.unsubscribeUrl);
    expect(mail?.html).toContain(`<a href="${String(jane?.link)}">`);
    expect(bench.mail.messages.find(({ to }) => to === 'joe@example.com')?.text).toContain('Hello,');
  });

  it('go out once, and again only when asked', async () => {
    const { slug } = await bench.campaign();
    await invite(slug, { invites: ['jane@example.com'] });
    await invite(slug, { invites: ['jane@example.com', 'joe@example.com'] });
    expect(bench.mail.messages.map(({ to }) => to)).toEqual(['jane@example.com', 'joe@example.com']);
    await invite(slug, { invites: ['jane@example.com'], resend: true });
    expect(bench.mail.messages.map(({ to }) => to).at(-1)).toBe('jane@example.com');
    expect((await bench.call('GET', '/invites?email=jane@example.com')).body).toMatchObject({
      data: [{ mails: 2, deliveredBy: 'mail' }],
    });
  });

  it('use the merchant’s words, and nothing in a name becomes HTML or a placeholder', async () => {
    const { slug } = await bench.campaign();
    await invite(slug, {
      invites: [{ email: 'jane@example.com', name: '<b>{{invite_url}}</b>' }],
      mail: { subject: 'Join {{campaign}}', text: 'Hi {{name}}: {{invite_url}}' },
    });
    const [mail] = bench.mail.messages;
    expect(mail?.subject).toBe('Join Summer');
    expect(mail?.text).toContain('Hi <b>{{invite_url}}</b>: https://crm.example.com/invites/');
    expect(mail?.html).not.toContain('<b>');
  });

  it('are refused as a whole when the words cannot be used', async () => {
    const { slug } = await bench.campaign();
    const { status, body } = await invite(slug, {
      invites: ['jane@example.com'],
      mail: { subject: '{{nickname}}', text: 'no link' },
    });
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([
      { pointer: '#/mail/subject', code: 'unknown_placeholder' },
      { pointer: '#/mail/text', code: 'invite_url_missing' },
    ]);
    expect(await bench.rows('SELECT FROM invite')).toHaveLength(0);
  });

  it('confirm the address when they are accepted', async () => {
    const { slug } = await bench.campaign();
    const { body } = await invite(slug, { invites: ['jane@example.com'] });
    const [row] = body['results'] as { link: string }[];
    await bench.post(bench.path(row?.link), { agreed: 'yes' });
    const [person] = await bench.rows<{ email_confirmed_at: Date | null }>(
      'SELECT email_confirmed_at FROM affiliate',
    );
    expect(person?.email_confirmed_at).toBeInstanceOf(Date);
  });
});

describe('unsubscribing', () => {
  const unsubscribePath = async (slug: string) => {
    await invite(slug, { invites: ['Jane@Example.com'] });
    return bench.path(bench.mail.messages[0]?.unsubscribeUrl);
  };

  it('happens by the button, not by opening the page', async () => {
    const { slug } = await bench.campaign();
    const path = await unsubscribePath(slug);
    const page = await bench.open(path);
    expect(page.text).toContain('Send me no further invitations');
    expect(await bench.rows('SELECT FROM suppression')).toHaveLength(0);
    expect((await bench.post(path, {})).text).toContain('You get no further invitations');
    expect((await bench.post(path, {})).status).toBe(200);
    expect((await bench.call('GET', '/suppressions')).body).toMatchObject({
      data: [{ email: 'jane@example.com', reason: 'unsubscribed', source: 'link' }],
    });
    bench.mail.messages.length = 0;
    const again = await invite(slug, { invites: ['jane@example.com'], resend: true });
    expect(again.body).toMatchObject({ suppressed: 1 });
    expect(bench.mail.messages).toHaveLength(0);
  });

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'happens by the one click of a mail program that sends %s',
    async (type) => {
      const { slug } = await bench.campaign();
      const path = await unsubscribePath(slug);
      const body = type.startsWith('multipart')
        ? '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
        : 'List-Unsubscribe=One-Click';
      const reply = await bench.send('POST', path, { headers: { 'content-type': type }, body });
      expect(reply.status).toBe(200);
      expect(await bench.rows('SELECT FROM suppression')).toHaveLength(1);
    },
  );

  it('does not work with the link of the invitation, nor with a made-up one', async () => {
    const { slug } = await bench.campaign();
    const { body } = await invite(slug, { invites: ['jane@example.com'] });
    const [row] = body['results'] as { link: string }[];
    const token = String(row?.link).split('/').at(-1);
    expect((await bench.post(`/unsubscribe/${token}`, {})).status).toBe(404);
    expect((await bench.post(`/unsubscribe/${'a'.repeat(64)}`, {})).status).toBe(404);
    const unsubscribe = String(bench.mail.messages[0]?.unsubscribeUrl).split('/').at(-1);
    expect((await bench.post(`/invites/${unsubscribe}`, { agreed: 'yes' })).status).toBe(404);
  });
});

describe('the list of suppressed addresses', () => {
  it('is added to, looked up, downloaded and lifted with a reason that stays', async () => {
    const { slug } = await bench.campaign();
    const added = await bench.call('POST', '/suppressions', {
      emails: ['Jane@Example.com', 'jane@example.com', 'bad', 7],
      note: '=cmd',
    });
    expect(added.body).toMatchObject({ suppressed: 1, alreadySuppressed: 1, invalid: 2 });
    const { body } = await bench.call('GET', '/suppressions?email=JANE@example.com');
    const [row] = body['data'] as { id: string }[];
    expect((await bench.call('GET', '/suppressions.csv')).text).toContain(
      `jane@example.com,manual,api,'=cmd`,
    );
    expect((await bench.call('POST', `/suppressions/${row?.id}/lift`, { reason: ' ' })).status).toBe(400);
    const foreign = await bench.call(
      'POST',
      `/suppressions/${row?.id}/lift`,
      { reason: 'x' },
      { as: 'stranger' },
    );
    expect(foreign.status).toBe(404);
    const lifted = await bench.call('POST', `/suppressions/${row?.id}/lift`, { reason: 'She asked.' });
    expect(lifted.body).toMatchObject({ liftedReason: 'She asked.' });
    expect((await bench.call('GET', '/suppressions')).body).toMatchObject({ data: [] });
    expect((await bench.call('GET', '/suppressions?lifted=true')).body).toMatchObject({
      data: [{ id: row?.id }],
    });
    expect((await invite(slug, { invites: ['jane@example.com'] })).body).toMatchObject({ invited: 1 });
  });
});
