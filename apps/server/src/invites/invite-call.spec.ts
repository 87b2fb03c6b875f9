import { InvitesBench } from './testing/invites-bench.js';

let bench: InvitesBench;
beforeAll(async () => {
  bench = await InvitesBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/** The body of the guide, as the CRM's template renders it for one person. */
const rendered = (
  values: Partial<Record<'email' | 'first' | 'last' | 'tier', string>>,
  campaign: string,
) => `{
  "campaign": "${campaign}",
  "email": "${values.email ?? ''}",
  "firstName": "${values.first ?? ''}",
  "lastName": "${values.last ?? ''}",
  "tier": "${values.tier ?? ''}",
  "tags": "newsletter, spring",
  "expiresInDays": "14",
  "deliveredBy": "crm"
}`;
const send = (body: unknown, delivery?: string) =>
  bench.call(
    'POST',
    '/invites',
    body,
    delivery === undefined ? {} : { headers: { 'idempotency-key': delivery } },
  );
const KEYS = ['affiliate_id', 'detail', 'email', 'expires_at', 'invite_id', 'invite_url', 'outcome'];

describe('a call that a Customer.io campaign makes for one person', () => {
  it('is answered with small, flat JSON that has the same keys whatever happened', async () => {
    const { slug } = await bench.campaign();
    const first = await send(
      rendered({ email: 'jane@example.com', first: 'Jane', tier: 'gold' }, slug),
      'd-1',
    );
    expect(first.status).toBe(201);
    expect(Object.keys(first.body).sort()).toEqual(KEYS);
    expect(first.body).toMatchObject({ outcome: 'invited', email: 'jane@example.com', detail: null });
    expect(String(first.body['invite_url'])).toMatch(/^https:\/\/crm\.example\.com\/invites\/[\w-]{64}$/);
    expect(Date.parse(String(first.body['expires_at'])) - Date.now()).toBeGreaterThan(13 * 86_400_000);
    expect((await bench.call('GET', `/invites/${String(first.body['invite_id'])}`)).body).toMatchObject({
      ...{ firstName: 'Jane', lastName: null, tier: 'gold', tags: ['newsletter', 'spring'] },
      ...{ deliveredBy: 'crm', source: 'call', approveOnAccept: true },
    });

    const later = await send(rendered({ email: 'JANE@example.com' }, slug), 'd-2');
    expect([later.status, later.body['outcome']]).toEqual([200, 'already_invited']);
    expect(later.body['invite_url']).toBe(first.body['invite_url']);

    await bench.call('POST', '/suppressions', { emails: ['no@example.com'], reason: 'bounced' });
    const suppressed = await send(rendered({ email: 'no@example.com' }, slug), 'd-3');
    expect([suppressed.status, Object.keys(suppressed.body).sort()]).toEqual([200, KEYS]);
    expect(suppressed.body).toMatchObject({ outcome: 'suppressed', invite_url: null, affiliate_id: null });
  });

  it('is done once for one delivery, also when the template is rendered anew', async () => {
    const { slug } = await bench.campaign();
    const first = await send(rendered({ email: 'jane@example.com' }, slug), 'd-1');
    const again = await send(rendered({ email: 'jane@example.com', first: 'Jane' }, slug), 'd-1');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    const foreign = await send(rendered({ email: 'joe@example.com' }, slug), 'd-1');
    expect([foreign.status, foreign.body['code']]).toEqual([422, 'idempotency_key_reused']);
  });

  it.each(['unsent', '', '  '])('takes a delivery id of %j for none, as in a test send', async (delivery) => {
    const { slug } = await bench.campaign();
    expect((await send(rendered({ email: 'jane@example.com' }, slug), delivery)).status).toBe(201);
    expect((await send(rendered({ email: 'joe@example.com' }, slug), delivery)).status).toBe(201);
    expect(await bench.rows(`SELECT FROM idempotency_key WHERE route LIKE '%invites'`)).toHaveLength(0);
  });

  it('may carry the delivery id in the body, and values as numbers, null or booleans', async () => {
    const { slug } = await bench.campaign();
    const body = {
      ...{ campaign: slug, email: ' jane@example.com ', firstName: null, lastName: 42, tier: 3, tags: null },
      ...{ expiresInDays: 7, approveOnAccept: 'false', extend: true, deliveredBy: '', idempotencyKey: 'd-9' },
    };
    const first = await send(body);
    expect(first.body).toMatchObject({ outcome: 'invited' });
    expect((await send(body)).headers.get('idempotency-replayed')).toBe('true');
    expect((await send({ ...body, idempotencyKey: 'unsent' })).body).toMatchObject({
      outcome: 'already_invited',
    });
    expect((await bench.call('GET', `/invites/${String(first.body['invite_id'])}`)).body).toMatchObject({
      ...{ lastName: '42', tier: '3', tags: [], approveOnAccept: false, deliveredBy: 'none' },
    });
  });

  it('says what is wrong with it', async () => {
    const { slug } = await bench.campaign();
    const errorsOf = async (body: unknown) => {
      const reply = await send(body);
      const errors = (reply.body['errors'] ?? []) as { pointer: string; code: string }[];
      return [reply.status, ...errors.map(({ pointer, code }) => `${pointer} ${code}`)];
    };
    expect(await errorsOf(rendered({}, slug))).toEqual([400, '#/email email_missing']);
    expect(await errorsOf(rendered({ email: 'a@example.com' }, ''))).toEqual([
      400,
      '#/campaign campaign_needed',
    ]);
    expect(await errorsOf(rendered({ email: 'a@example.com' }, 'nowhere'))).toEqual([
      404,
      '#/campaign campaign_not_found',
    ]);
    expect(await errorsOf({ campaign: slug, email: { a: 1 } })).toEqual([400, '#/email invalid_type']);
    expect(await errorsOf({ campaign: slug, email: 'a@example.com', expiresInDays: 'soon' })).toEqual([
      ...[400, '#/expiresInDays invalid_value'],
    ]);
    expect(await errorsOf({ campaign: slug, email: 'a@example.com', approveOnAccept: 'maybe' })).toEqual([
      ...[400, '#/approveOnAccept invalid_value'],
    ]);
    // A template without quotes around an empty value.
    expect((await send(`{"campaign": "${slug}", "email": }`)).body).toMatchObject({ code: 'malformed_json' });
    expect((await errorsOf({ campaign: slug, mail: 'a@example.com' }))[0]).toBe(400);
  });

  it('may come in a burst, many times for the same person', async () => {
    const { slug } = await bench.campaign();
    const calls = Array.from({ length: 200 }, (_, index) =>
      send(rendered({ email: `person${index % 50}@example.com` }, slug), `d-${index}`),
    );
    const replies = await Promise.all(calls);
    const count = (wanted: string) => replies.filter(({ body }) => body['outcome'] === wanted).length;
    expect([count('invited'), count('already_invited')]).toEqual([50, 150]);
    expect(new Set(replies.map(({ body }) => body['invite_url'])).size).toBe(50);
    expect(await bench.rows('SELECT FROM invite')).toHaveLength(50);
    expect(await bench.rows('SELECT FROM enrolment')).toHaveLength(50);
  });
});
