import 'reflect-metadata';

import { AuditTrail } from '@rekomi/identity';
import { parse } from 'csv-parse/sync';

import { AuditBench, type Credentials } from './testing/audit-bench.js';

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

const note = (action: string, label = 'Summer') =>
  new AuditTrail(bench.tenancy).note(bench.organizationId, { action, resource: { id: 'c-1', label } });
const list = (query = '') => bench.call('GET', `/audit-entries${query}`, admin);
const actions = async (query = '') =>
  ((await list(query)).body['data'] as { action: string }[]).map(({ action }) => action);

describe('the audit log over the API', () => {
  it('names actor, action, resource and origin', async () => {
    await bench.call(
      'POST',
      '/api-keys',
      admin,
      { name: 'Shop', environment: 'test', scope: 'read' },
      {
        'x-request-id': 'r-1',
        'user-agent': 'console/1',
      },
    );
    expect((await list()).body['data']).toMatchObject([
      {
        action: 'api_key.created',
        actor: {
          kind: 'user',
          id: expect.any(String),
          label: expect.stringMatching(/^admin-.*@acme\.example$/),
        },
        resource: { kind: 'api_key', label: 'Shop' },
        outcome: 'done',
        code: null,
        details: { fields: ['name', 'environment', 'scope'], scope: 'read' },
        ip: '127.0.0.1',
        userAgent: 'console/1',
        requestId: 'r-1',
      },
    ]);
  });

  it('is searched and paged', async () => {
    for (const action of ['campaign.created', 'campaign.updated', 'connection.paused']) await note(action);
    expect(await actions('?action=campaign')).toEqual(['campaign.updated', 'campaign.created']);
    expect(await actions('?resource=connection')).toEqual(['connection.paused']);
    expect(await actions('?resource=c-1&q=PAUSED')).toEqual(['connection.paused']);
    expect(await actions(`?from=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    expect(await actions('?from=2020-01-01&to=2020-01-02')).toEqual([]);
    const first = await list('?limit=2');
    expect(first.body).toMatchObject({ hasMore: true });
    expect(await actions(`?limit=2&cursor=${String(first.body['nextCursor'])}`)).toEqual([
      'campaign.created',
    ]);
  });

  it.each([
    'action=Campaign!',
    'actor=me',
    'outcome=maybe',
    'from=yesterday',
    'to=2026-13-01',
    'q=',
    'cursor=x',
    'x=1',
  ])('names the parameter that is wrong in ?%s', async (query) => {
    const answer = await list(`?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body['errors']).toMatchObject([{ parameter: query.split('=')[0] }]);
  });

  it('is for admins of the same organisation', async () => {
    await note('campaign.created');
    for (const route of ['/audit-entries', '/audit-entries.csv']) {
      expect((await bench.call('GET', route, await bench.person('manager'))).status).toBe(403);
      expect((await bench.call('GET', route, await bench.person('owner'))).status).toBe(200);
    }
    const stranger = await bench.call(
      'GET',
      '/audit-entries.csv',
      await bench.person('owner', bench.otherOrganizationId),
    );
    expect(stranger.text).not.toContain('campaign.created');
  });
});

describe('the audit log as a file', () => {
  it('has every entry that matches, as spreadsheets and programs read it', async () => {
    await note('campaign.created', '=HYPERLINK("https://evil.example","Summer")');
    await note('campaign.updated', 'Größe, "M"\nL');
    await note('connection.paused');
    const answer = await bench.call('GET', '/audit-entries.csv?action=campaign&limit=1', admin);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit-log.csv"');
    const rows = parse<Record<string, string>>(answer.text, {
      columns: true,
      bom: true,
      relax_quotes: false,
    });
    expect(rows).toMatchObject([
      { action: 'campaign.updated', resource: 'Größe, "M"\nL', actor_kind: 'system', details: '{}' },
      { action: 'campaign.created', resource: `'=HYPERLINK("https://evil.example","Summer")` },
    ]);
    expect(Date.parse(rows[0]?.['time'] ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(answer.text.split('\r\n').at(-1)).toBe('');
  });

  it('has a header when there is nothing in it', async () => {
    const { text, status } = await bench.call('GET', '/audit-entries.csv', admin);
    expect(status).toBe(200);
    expect(text.trim().split('\r\n')).toHaveLength(1);
  });

  it('is a problem, not half a file, when a parameter is wrong', async () => {
    const answer = await bench.call('GET', '/audit-entries.csv?from=never', admin);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(answer.headers.get('content-disposition')).toBeNull();
  });

  it('of 30,000 entries is written piece by piece and complete', async () => {
    await bench.superuser.query(
      `INSERT INTO audit_entry (id, organization_id, at, actor_kind, action, resource_kind, outcome)
       SELECT new_id(), $1, now() - (n / 50) * interval '1 millisecond', 'system', 'a.b', 'a', 'done'
       FROM generate_series(1, 30000) n`,
      [bench.organizationId],
    );
    const { text } = await bench.call('GET', '/audit-entries.csv', admin);
    const ids = parse<Record<string, string>>(text, { columns: true, bom: true }).map(({ id }) => id);
    expect(new Set(ids).size).toBe(30_000);
  });
});

describe('the list of mails', () => {
  it('tells what became of them, and nothing that stands in them', async () => {
    await bench.superuser.query(
      `INSERT INTO mail (id, organization_id, message_id, recipient, subject, body_text, purpose, urgent)
       VALUES (new_id(), $1, '<1@acme.example>', 'ada@example.com', 'Hello', 'SECRET', 'invite', false)`,
      [bench.organizationId],
    );
    const viewer = await bench.person('viewer');
    const { body, text } = await bench.call('GET', '/mails?state=queued&purpose=invite', viewer);
    expect(body['data']).toMatchObject([
      { to: 'ada@example.com', state: 'queued', attempts: 0, lastError: null },
    ]);
    expect(text).not.toContain('SECRET');
    expect((await bench.call('GET', '/mails?state=sent', viewer)).body['data']).toEqual([]);
    expect((await bench.call('GET', '/mails?state=lost', viewer)).body['errors']).toMatchObject([
      { parameter: 'state' },
    ]);
    const stranger = await bench.person('owner', bench.otherOrganizationId);
    expect((await bench.call('GET', '/mails', stranger)).body['data']).toEqual([]);
  });
});
