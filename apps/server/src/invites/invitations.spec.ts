import { InvitesBench } from './testing/invites-bench.js';

let bench: InvitesBench;
beforeAll(async () => {
  bench = await InvitesBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/** Invites one person; @returns the path of the link and the invite's id. */
const invited = async (options: Record<string, unknown> = {}, campaign: Record<string, unknown> = {}) => {
  const { slug, id } = await bench.campaign(campaign);
  const { body } = await bench.call('POST', '/invites/bulk', {
    campaign: slug,
    invites: [{ email: 'jane@example.com', firstName: 'Jane' }],
    ...options,
  });
  const [row] = body['results'] as { link: string; inviteId: string; affiliateId: string }[];
  return {
    slug,
    campaignId: id,
    path: bench.path(row?.link),
    inviteId: row?.inviteId,
    affiliateId: row?.affiliateId,
  };
};
const accepting = { firstName: 'Jane', lastName: 'van Doe', agreed: 'yes' };
const person = async () => {
  const { body } = await bench.call('GET', '/affiliates?email=jane@example.com');
  const [one] = body['data'] as { enrolments: { status: string; tier: string | null; tags: string[] }[] }[];
  return one;
};
const events = () => bench.rows<{ name: string }>('SELECT name FROM event ORDER BY id');

describe('the page behind a personal link', () => {
  it('shows what it is about, changes nothing when opened, and approves once the button is pressed', async () => {
    const { path, inviteId } = await invited(
      { tier: 'gold', tags: ['blog'] },
      { description: 'Sell more shoes.', termsUrl: 'https://example.com/terms' },
    );
    const page = await bench.open(path);
    expect(page.status).toBe(200);
    for (const text of [
      'Summer',
      'One',
      'Sell more shoes.',
      'jane@example.com',
      'value="Jane"',
      'https://example.com/terms',
    ])
      expect(page.text).toContain(text);
    expect(page.headers.get('cache-control')).toBe('no-store');
    await bench.open(path);
    expect((await person())?.enrolments).toMatchObject([{ status: 'invited' }]);

    const thanks = await bench.post(path, accepting);
    expect(thanks.status).toBe(200);
    expect(thanks.text).toContain('You take part in Summer from now on.');
    expect(await person()).toMatchObject({
      ...{ firstName: 'Jane', lastName: 'van Doe' },
      enrolments: [{ status: 'approved', tier: 'gold', tags: ['blog'] }],
    });
    expect((await bench.call('GET', `/invites/${inviteId}`)).body).toMatchObject({ state: 'accepted' });
    expect((await events()).map(({ name }) => name)).toContain('affiliate_approved');
    const sent = await bench.rows<{ kind: string }>('SELECT kind FROM delivery ORDER BY lane_seq');
    expect(sent.slice(0, 2)).toEqual([{ kind: 'contact' }, { kind: 'event' }]);
    expect(sent.filter(({ kind }) => kind === 'event')).toHaveLength(1);
    const [consent] = await bench.rows<{ wording: string; source: string }>(
      `SELECT wording, source FROM consent WHERE basis = 'invitation'`,
    );
    expect(consent?.wording).toContain('https://example.com/terms');
    expect(page.text).toContain(consent?.wording);
    expect(consent?.source).toBe('https://crm.example.com/invites');
  });

  it('wants agreement, and brings back what was typed', async () => {
    const { path } = await invited();
    const reply = await bench.post(path, { firstName: '<b>Janet', lastName: 'x'.repeat(501) });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain('value="&lt;b&gt;Janet"');
    expect(reply.text).toContain('href="#agreed"');
    expect(reply.text).toContain('href="#lastName"');
    expect((await person())?.enrolments).toMatchObject([{ status: 'invited' }]);
  });

  it('takes one of two who accept at the same moment', async () => {
    const { path } = await invited();
    const replies = await Promise.all(Array.from({ length: 6 }, () => bench.post(path, accepting)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410, 410, 410]);
    expect(await bench.rows(`SELECT FROM event WHERE name = 'affiliate_approved'`)).toHaveLength(1);
    expect(await bench.rows(`SELECT FROM consent WHERE basis = 'invitation'`)).toHaveLength(1);
  });

  it('says why a link does not work any more, and does no harm', async () => {
    const { path, inviteId, affiliateId, slug } = await invited();
    const spoilt = `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`;
    for (const unknown of [spoilt, '/invites/x', `/invites/${'A'.repeat(64)}`, '/invites/%F0%9F%92%A9']) {
      for (const reply of [await bench.open(unknown), await bench.post(unknown, accepting)]) {
        expect([unknown, reply.status]).toEqual([unknown, 404]);
        expect(reply.text).toContain('This invitation is not known here');
      }
    }
    await bench.call('POST', '/affiliates/reject', { campaign: slug, affiliateIds: [affiliateId] });
    expect((await bench.post(path, accepting)).text).toContain('This invitation was taken back');
    expect((await bench.call('GET', `/invites/${inviteId}`)).body).toMatchObject({ state: 'closed' });
    expect((await person())?.enrolments).toMatchObject([{ status: 'rejected' }]);
    await bench.call('POST', '/affiliates/approve', { campaign: slug, affiliateIds: [affiliateId] });
    expect((await bench.open(path)).text).toContain('You take part already');
    expect((await bench.post(path, accepting)).status).toBe(410);
    expect(await bench.rows(`SELECT FROM consent WHERE basis = 'invitation'`)).toHaveLength(0);
  });

  it('is closed with its campaign', async () => {
    const { path, campaignId } = await invited();
    await bench.rows('UPDATE campaign SET archived_at = now() WHERE id = $1', [campaignId]);
    expect((await bench.post(path, accepting)).status).toBe(410);
    const { body } = await bench.call('POST', '/invites/bulk', {
      campaign: campaignId,
      invites: ['joe@example.com'],
    });
    expect(body).toMatchObject({ code: 'state_conflict', errors: [{ code: 'campaign_archived' }] });
  });

  it('is there as JSON for pages of the merchant’s own', async () => {
    const { path } = await invited({ approveOnAccept: false });
    const shown = await bench.send('GET', path, { headers: { accept: 'application/json' } });
    expect(shown.body).toMatchObject({ email: 'jane@example.com', campaign: 'Summer', organization: 'One' });
    const refused = await bench.postJson(path, { firstName: 'Jane' });
    expect(refused.body).toMatchObject({ code: 'validation_failed', errors: [{ pointer: '#/agreed' }] });
    expect((await bench.postJson(path, { agreed: true })).body).toEqual({ status: 'applied' });
    const used = await bench.postJson(path, { agreed: true });
    expect([used.status, used.body['code']]).toEqual([410, 'invite_accepted']);
  });
});

describe('accepting an invitation', () => {
  it('is an application where the merchant wants to decide', async () => {
    const { path } = await invited({ approveOnAccept: false, tier: 'gold' });
    const thanks = await bench.post(path, accepting);
    expect(thanks.text).toContain('will decide about it');
    expect((await person())?.enrolments).toMatchObject([{ status: 'applied', tier: 'gold' }]);
    expect(await bench.rows('SELECT FROM delivery')).toHaveLength(0);
  });

  it('is judged by the campaign’s rules then, and confirms the address if the link went there', async () => {
    const rules = { autoApprove: { enabled: true, rules: { confirmedAddress: true } } };
    const confirmed = await invited({ approveOnAccept: false, deliveredBy: 'crm' }, rules);
    await bench.post(confirmed.path, accepting);
    expect((await person())?.enrolments).toMatchObject([{ status: 'approved' }]);
    await bench.reset();
    const handedOver = await invited({ approveOnAccept: false }, rules);
    await bench.post(handedOver.path, accepting);
    expect((await person())?.enrolments).toMatchObject([{ status: 'applied' }]);
  });

  it('does not confirm an address that was changed after the invitation', async () => {
    const { path, affiliateId } = await invited({ deliveredBy: 'crm' });
    await bench.call('PATCH', `/affiliates/${affiliateId}`, { email: 'janet@example.com' });
    await bench.post(path, accepting);
    expect(await bench.rows('SELECT email_confirmed_at FROM affiliate')).toEqual([
      { email_confirmed_at: null },
    ]);
  });

  it('makes the person an affiliate from that moment on, unless they were one before', async () => {
    const { path } = await invited();
    await bench.rows(`UPDATE affiliate SET joined_at = '2020-01-01'`);
    await bench.post(path, accepting);
    const [fresh] = await bench.rows<{ joined_at: Date }>('SELECT joined_at FROM affiliate');
    expect(Date.now() - Number(fresh?.joined_at)).toBeLessThan(60_000);

    await bench.reset();
    await bench.call('POST', '/affiliates', { email: 'jane@example.com', joinedAt: '2020-01-01' });
    const known = await invited();
    await bench.post(known.path, accepting);
    const [old] = await bench.rows<{ joined_at: Date }>('SELECT joined_at FROM affiliate');
    expect(old?.joined_at.toISOString()).toBe('2020-01-01T00:00:00.000Z');
  });

  it('still works for somebody who applied on the public page meanwhile', async () => {
    const { path, slug } = await invited();
    await bench.call('POST', '/affiliates', { campaign: slug, email: 'jane@example.com' });
    expect((await person())?.enrolments).toMatchObject([{ status: 'applied' }]);
    expect((await bench.post(path, accepting)).status).toBe(200);
    expect((await person())?.enrolments).toMatchObject([{ status: 'approved' }]);
  });
});
