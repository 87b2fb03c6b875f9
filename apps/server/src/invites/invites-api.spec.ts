import { InvitesBench } from './testing/invites-bench.js';

interface Row {
  readonly outcome: string;
  readonly link?: string;
  readonly inviteId?: string;
  readonly [field: string]: unknown;
}

let bench: InvitesBench;
beforeAll(async () => {
  bench = await InvitesBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const invite = async (body: Record<string, unknown>) => {
  const reply = await bench.call('POST', '/invites/bulk', body);
  return { ...reply, results: (reply.body['results'] ?? []) as readonly Row[] };
};
const outcomes = (rows: readonly Row[]) => rows.map(({ outcome }) => outcome);

describe('inviting many', () => {
  it('answers for each person, and the counts add up', async () => {
    const { slug } = await bench.campaign();
    await bench.call('POST', '/affiliates/bulk', {
      campaign: slug,
      status: 'approved',
      affiliates: [{ email: 'in@example.com' }],
    });
    await bench.call('POST', '/affiliates', { campaign: slug, email: 'waits@example.com' });
    await bench.call('POST', '/suppressions', { emails: ['NO@example.com'] });
    const reply = await invite({
      campaign: slug,
      invites: [
        { email: 'jane@example.com', firstName: 'Jane', lastName: 'van Doe', tier: 'gold', tags: ['blog'] },
        { email: 'IN@example.com' },
        { email: 'Waits@example.com' },
        { email: 'no@example.com' },
        { email: 'JANE@example.com' },
        { email: 'nobody' },
        'joe@example.com',
      ],
    });
    expect(reply.status).toBe(200);
    expect(outcomes(reply.results)).toEqual([
      ...['invited', 'already_affiliate', 'already_applied', 'suppressed', 'duplicate', 'invalid', 'invited'],
    ]);
    expect(reply.body).toMatchObject({
      ...{ invited: 2, alreadyInvited: 0, alreadyAffiliate: 1, alreadyApplied: 1, turnedDown: 0 },
      ...{ suppressed: 1, duplicate: 1, invalid: 1 },
    });
    expect(reply.results[0]?.link).toMatch(/^https:\/\/crm\.example\.com\/invites\/[\w-]{64}$/);
    expect(reply.results[4]).toMatchObject({ of: 0 });
    expect(reply.results[5]).toMatchObject({
      errors: [{ pointer: '#/invites/5/email', code: 'email_without_at' }],
    });
    const { body } = await bench.call('GET', '/affiliates?email=jane@example.com');
    expect(body).toMatchObject({
      data: [{ firstName: 'Jane', lastName: 'van Doe', enrolments: [{ status: 'invited' }] }],
    });
    // Nothing reaches a vendor, and being invited is no consent.
    expect(
      await bench.rows('SELECT FROM delivery d JOIN affiliate a ON a.id = d.contact_id WHERE a.email = $1', [
        'jane@example.com',
      ]),
    ).toHaveLength(0);
    expect(await bench.rows('SELECT basis FROM consent')).toEqual([
      { basis: 'none_recorded' },
      { basis: 'none_recorded' },
    ]);
  });

  it('invites nobody twice, keeps the link, and gives more time only when asked', async () => {
    const { slug } = await bench.campaign();
    const first = await invite({ campaign: slug, invites: ['jane@example.com'], expiresInDays: 2 });
    const again = await invite({ campaign: slug, invites: ['Jane@Example.com'], expiresInDays: 20 });
    expect(outcomes(again.results)).toEqual(['already_invited']);
    expect(again.results[0]?.link).toBe(first.results[0]?.link);
    expect(again.results[0]?.['expiresAt']).toBe(first.results[0]?.['expiresAt']);
    const extended = await invite({
      campaign: slug,
      invites: ['jane@example.com'],
      expiresInDays: 20,
      extend: true,
    });
    expect(Date.parse(String(extended.results[0]?.['expiresAt']))).toBeGreaterThan(
      Date.parse(String(first.results[0]?.['expiresAt'])),
    );
    expect(extended.results[0]?.link).toBe(first.results[0]?.link);
  });

  it('answers a repeat with the same key from memory, links included, and stores no link', async () => {
    const { slug } = await bench.campaign();
    const headers = { 'idempotency-key': 'one' };
    const body = { campaign: slug, invites: ['jane@example.com'] };
    const first = await bench.call('POST', '/invites/bulk', body, { headers });
    const again = await bench.call('POST', '/invites/bulk', body, { headers });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(first.body).toMatchObject({ invited: 1 });
    const [stored] = await bench.rows<{ body: unknown }>(
      'SELECT body FROM idempotency_key WHERE route LIKE $1',
      ['%bulk'],
    );
    expect(JSON.stringify(stored?.body)).not.toContain('/invites/');
  });

  it('reads a pasted list, with names and whatever separates', async () => {
    const { slug } = await bench.campaign();
    const text =
      'jane@example.com, Joe Bloggs <joe@example.com>;\n\n"Doe, Ann" <ann@example.com>\nnonsense\r\nmailto:m@example.com';
    const { results } = await invite({ campaign: slug, text });
    expect(results.map(({ line, outcome, email }) => [line, outcome, email])).toEqual([
      [1, 'invited', 'jane@example.com'],
      [1, 'invited', 'joe@example.com'],
      [3, 'invited', 'ann@example.com'],
      [4, 'invalid', undefined],
      [5, 'invited', 'm@example.com'],
    ]);
    const { body } = await bench.call('GET', '/affiliates?email=ann@example.com');
    expect(body).toMatchObject({ data: [{ firstName: 'Ann', lastName: 'Doe' }] });
  });

  it('reads a CSV file with columns in any order', async () => {
    const { slug } = await bench.campaign();
    const csv = '\uFEFFLast Name;E-Mail;Tags;Extra\nvan Doe;jane@example.com;blog, video;x\n;;;\n;bad;;\n';
    const { results } = await invite({ campaign: slug, csv });
    expect(outcomes(results)).toEqual(['invited', 'invalid']);
    expect(results[1]).toMatchObject({ line: 4, errors: [{ code: 'email_without_at' }] });
    const { body } = await bench.call('GET', '/invites');
    expect(body).toMatchObject({ data: [{ tags: ['blog', 'video'], lastName: 'van Doe', source: 'csv' }] });
  });

  it('refuses as a whole what concerns everybody', async () => {
    const { slug } = await bench.campaign();
    const codes = async (body: Record<string, unknown>) => {
      const { status, body: told } = await invite(body);
      return [status, ...((told['errors'] ?? []) as { code: string }[]).map(({ code }) => code)];
    };
    expect(await codes({ campaign: 'nowhere', invites: ['a@example.com'] })).toEqual([
      404,
      'campaign_not_found',
    ]);
    expect(await codes({ campaign: slug })).toEqual([400, 'invites_needed']);
    expect(await codes({ campaign: slug, text: ' ' })).toEqual([400, 'nobody']);
    expect(await codes({ campaign: slug, csv: 'name\nJane\n' })).toEqual([400, 'csv_email_column_missing']);
    expect(await codes({ campaign: slug, invites: ['a@example.com'], tier: 'x'.repeat(101) })).toEqual([
      400,
      'too_long',
    ]);
    const tooMany = Array.from({ length: 10_001 }, (_, index) => `a${index}@example.com`);
    expect((await invite({ campaign: slug, invites: tooMany })).status).toBe(400);
    expect((await invite({ campaign: slug, text: tooMany.join('\n') })).status).toBe(400);
    expect(await bench.rows('SELECT FROM invite')).toHaveLength(0);
    expect(await bench.rows('SELECT FROM affiliate')).toHaveLength(0);
  });

  it('says that there is no mail server, and does nothing by half', async () => {
    const { slug } = await bench.campaign();
    const reply = await invite({ campaign: slug, invites: ['jane@example.com'], sendMail: true });
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({
      code: 'mail_not_configured',
      detail: expect.stringContaining('SMTP_URL'),
    });
    expect(await bench.rows('SELECT FROM invite')).toHaveLength(0);
  });

  it('is not seen and not touched by another organisation', async () => {
    const { slug } = await bench.campaign();
    const { results } = await invite({ campaign: slug, invites: ['jane@example.com'] });
    const id = results[0]?.inviteId;
    for (const [method, path] of [
      ['GET', `/invites/${id}`],
      ['GET', `/invites/${id}/link`],
      ['POST', `/invites/${id}/revoke`],
      ['POST', `/invites/${id}/extend`],
    ] as const) {
      const reply = await bench.call(method, path, method === 'POST' ? {} : undefined, { as: 'stranger' });
      expect([path, reply.status]).toEqual([path, 404]);
    }
    const list = await bench.call('GET', '/invites', undefined, { as: 'stranger' });
    expect(list.body).toMatchObject({ data: [] });
    expect((await bench.call('GET', `/invites/${id}/link`)).body).toMatchObject({ link: results[0]?.link });
  });
});

describe('an invite that was made', () => {
  it('can be taken back, and the person invited anew with another link', async () => {
    const { slug } = await bench.campaign();
    const { results } = await invite({ campaign: slug, invites: ['jane@example.com'] });
    const revoked = await bench.call('POST', `/invites/${results[0]?.inviteId}/revoke`);
    expect(revoked.body).toMatchObject({ state: 'revoked' });
    expect((await bench.call('POST', `/invites/${results[0]?.inviteId}/revoke`)).body).toEqual(revoked.body);
    expect((await bench.call('GET', '/affiliates?email=jane@example.com')).body).toMatchObject({
      data: [{ enrolments: [{ status: 'archived' }] }],
    });
    expect((await bench.open(bench.path(results[0]?.link))).status).toBe(410);
    expect((await bench.call('POST', `/invites/${results[0]?.inviteId}/extend`, {})).status).toBe(409);
    const anew = await invite({ campaign: slug, invites: ['jane@example.com'] });
    expect(outcomes(anew.results)).toEqual(['invited']);
    expect(anew.results[0]?.link).not.toBe(results[0]?.link);
    expect((await bench.open(bench.path(anew.results[0]?.link))).status).toBe(200);
  });

  it('lives again when an expired one gets more time, unless the person was invited anew', async () => {
    const { slug } = await bench.campaign();
    const { results } = await invite({ campaign: slug, invites: ['jane@example.com'] });
    const id = results[0]?.inviteId;
    const overdue = `UPDATE invite SET expires_at = now() - interval '1 hour' WHERE id = $1`;
    await bench.rows(overdue, [id]);
    expect((await bench.call('GET', '/invites?state=expired')).body).toMatchObject({ data: [{ id }] });
    expect((await bench.open(bench.path(results[0]?.link))).status).toBe(410);
    const extended = await bench.call('POST', `/invites/${id}/extend`, { expiresInDays: 3 });
    expect(extended.body).toMatchObject({ state: 'open' });
    expect((await bench.open(bench.path(results[0]?.link))).status).toBe(200);
    await bench.rows(overdue, [id]);
    expect(outcomes((await invite({ campaign: slug, invites: ['jane@example.com'] })).results)).toEqual([
      'invited',
    ]);
    expect((await bench.call('POST', `/invites/${id}/extend`, {})).body).toMatchObject({
      errors: [{ code: 'invite_replaced' }],
    });
  });

  it('is downloaded with its link, and no cell runs as a formula', async () => {
    const { slug } = await bench.campaign();
    const { results } = await invite({
      campaign: slug,
      invites: [{ email: 'jane@example.com', firstName: '=HYPERLINK("http://evil")' }],
    });
    const { text, headers } = await bench.call('GET', '/invites.csv');
    expect(headers.get('content-disposition')).toContain('invites.csv');
    const [, line] = text.split('\r\n');
    expect(line).toContain(String(results[0]?.link));
    expect(line).toContain(`"'=HYPERLINK(""http://evil"")"`);
  });
});
