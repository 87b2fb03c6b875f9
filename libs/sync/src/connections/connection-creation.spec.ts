import { ConnectionBench } from './testing/connection-bench.js';
import { REJECTED, UNREACHABLE, VALID } from './testing/scripted-provider.js';

let bench: ConnectionBench;

beforeAll(async () => {
  bench = await ConnectionBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const pasted = {
  provider: 'scripted',
  environment: 'sandbox',
  credentials: { siteId: 'ab12', apiKey: 'key-one', appKey: 'app-one' },
} as const;
const connectionRows = () => bench.rows<{ id: string }>('SELECT id FROM connection');

describe('trying pasted credentials', () => {
  it('shows account, region, rights and audiences, and stores nothing', async () => {
    bench.provider.pages = [
      { kind: 'page', audiences: [{ id: '1', name: 'One' }], nextCursor: '1' },
      { kind: 'page', audiences: [{ id: '2', name: 'Two' }] },
    ];
    const report = await bench.service.verifyUnsaved(pasted);
    expect(report).toMatchObject({
      ok: true,
      value: {
        verification: { kind: 'valid', region: 'us' },
        suggestedLabel: 'Acme (Scripted CRM, US)',
        audiences: { kind: 'listed', audiences: [{ id: '1' }, { id: '2' }] },
      },
    });
    expect(await connectionRows()).toEqual([]);
  });

  it('says what is wrong with a rejected key without asking for audiences', async () => {
    bench.provider.verification = REJECTED;
    bench.provider.pages = [];
    const report = await bench.service.verifyUnsaved(pasted);
    expect(report).toMatchObject({
      ok: true,
      value: { verification: { kind: 'rejected', code: 'credentials_rejected' } },
    });
  });
});

describe('connecting', () => {
  it('stores only what the vendor accepts', async () => {
    for (const verification of [REJECTED, UNREACHABLE]) {
      bench.provider.verification = verification;
      const refused = await bench.service.create(bench.organizationId, pasted);
      expect(refused).toMatchObject({ ok: false, problem: { reason: 'vendor' } });
    }
    expect(await connectionRows()).toEqual([]);
  });

  it('tells an audience that is filled by rules from one that is not there', async () => {
    bench.provider.pages = [
      { kind: 'page', audiences: [{ id: '7', name: 'A' }], ruleBased: [{ id: '8', name: 'B' }] },
    ];
    const codes = [];
    for (const defaultAudience of ['8', '9']) {
      const created = await bench.service.create(bench.organizationId, { ...pasted, defaultAudience });
      codes.push(
        created.ok || created.problem.reason !== 'invalid' ? undefined : created.problem.errors[0]?.code,
      );
    }
    expect(codes).toEqual(['audience_rule_based', 'audience_missing']);
    expect(await connectionRows()).toEqual([]);
  });

  it('names the connection after the account and shows no secret', async () => {
    const created = await bench.service.create(bench.organizationId, { ...pasted, defaultAudience: '7' });
    expect(created).toMatchObject({
      ok: true,
      value: {
        connection: {
          label: 'Acme (Scripted CRM, US)',
          state: 'verified',
          region: 'us',
          credentials: { present: ['siteId', 'apiKey', 'appKey'], public: { siteId: 'ab12' } },
          defaultAudience: { id: '7', name: 'Affiliates' },
        },
      },
    });
    expect(JSON.stringify(created)).not.toMatch(/key-one|app-one|rekomi1:/);
  });

  it('refuses an audience that the vendor does not list', async () => {
    const refused = await bench.service.create(bench.organizationId, { ...pasted, defaultAudience: '99' });
    expect(refused).toMatchObject({
      ok: false,
      problem: { reason: 'invalid', errors: [{ pointer: '#/defaultAudience', code: 'audience_missing' }] },
    });
    expect(await connectionRows()).toEqual([]);
  });

  it('takes credentials that nobody can test without writing, and says so', async () => {
    const untestable = { kind: 'untestable', code: 'credentials_untested', checks: [] } as const;
    bench.provider.verification = untestable;
    const created = await bench.service.create(bench.organizationId, pasted);
    expect(created).toMatchObject({
      ok: true,
      value: {
        connection: { state: 'verified', label: 'Scripted CRM', rights: [] },
        warnings: [expect.stringContaining('The first contact shows it')],
      },
    });
    const { id } = (created as { value: { connection: { id: string } } }).value.connection;
    await bench.rows(`UPDATE connection SET state = 'auth_error' WHERE id = '${id}'`);
    await bench.service.reverify(bench.organizationId, id);
    expect(await bench.service.get(bench.organizationId, id)).toMatchObject({
      value: { state: 'verified' },
    });
  });

  it('takes any name where audiences are typed, but none that is filled by rules', async () => {
    const { manifest } = bench.provider;
    bench.provider.manifest = { ...manifest, audience: { ...manifest.audience, typed: true } };
    bench.provider.pages = [{ kind: 'page', audiences: [], ruleBased: ['8'] }];
    const refused = await bench.service.create(bench.organizationId, { ...pasted, defaultAudience: '8' });
    expect(refused).toMatchObject({ ok: false, problem: { errors: [{ code: 'audience_rule_based' }] } });
    const created = await bench.service.create(bench.organizationId, {
      ...pasted,
      defaultAudience: 'partners',
    });
    expect(created).toMatchObject({ ok: true, value: { warnings: [] } });
  });

  it('takes an audience with a warning when the vendor cannot be asked', async () => {
    bench.provider.pages = [{ kind: 'unauthorised', code: 'credential_missing' }];
    const created = await bench.service.create(bench.organizationId, { ...pasted, defaultAudience: '99' });
    expect(created).toMatchObject({
      ok: true,
      value: { warnings: [expect.stringContaining('taken unchecked')] },
    });
  });

  it('names the existing connection when the account is connected already', async () => {
    const id = await bench.connect();
    for (const siteId of ['ab12', 'cd34']) {
      const again = await bench.service.create(bench.organizationId, {
        ...pasted,
        credentials: { ...pasted.credentials, siteId },
      });
      expect(again).toMatchObject({ ok: false, problem: { reason: 'account_connected', connectionId: id } });
    }
    expect(await connectionRows()).toHaveLength(1);
  });

  it('lets one of two simultaneous requests for the same account win', async () => {
    const both = await Promise.all([1, 2].map(() => bench.service.create(bench.organizationId, pasted)));
    expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(both.find(({ ok }) => !ok)).toMatchObject({ problem: { reason: 'account_connected' } });
  });

  it('lets another organisation connect the same account, on the same pace, and keeps the two apart', async () => {
    const mine = await bench.connect();
    const theirs = await bench.connect({ organizationId: bench.otherOrganizationId });
    expect(await bench.rows('SELECT DISTINCT account_key FROM connection')).toHaveLength(1);
    expect(await bench.service.get(bench.organizationId, theirs)).toMatchObject({
      problem: { reason: 'not_found' },
    });
    const list = await bench.service.list(bench.organizationId, { limit: 10 });
    expect(list.map(({ id }) => id)).toEqual([mine]);
    for (const refused of [
      await bench.service.update(bench.organizationId, theirs, { label: 'Mine' }),
      await bench.service.reverify(bench.organizationId, theirs),
      await bench.pause(theirs),
      await bench.service.disconnect(bench.organizationId, theirs, { takeBack: false }),
      await bench.service.audiences(bench.organizationId, theirs),
    ])
      expect(refused).toMatchObject({ ok: false, problem: { reason: 'not_found' } });
  });
});

describe('secrets', () => {
  it('reach the vendor and nothing else', async () => {
    const canary = 'canary-7f3a9c51e0b24d68';
    bench.provider.verification = async (access) => {
      const answer = await access.http.request({
        family: 'track',
        method: 'GET',
        host: 'us.vendor.example',
        path: '/me',
        authorization: { kind: 'basic', user: 'siteId', password: 'apiKey' },
      });
      return answer.kind === 'answered' ? { ...REJECTED, vendorMessage: answer.text } : UNREACHABLE;
    };
    const credentials = { siteId: 'ab12', apiKey: canary };
    const written: string[] = [];
    const log = (...parts: unknown[]) => void written.push(JSON.stringify(parts));
    const original = { ...console };
    Object.assign(console, { log, info: log, warn: log, error: log });
    try {
      const answers = [
        await bench.service.verifyUnsaved({ ...pasted, credentials }),
        await bench.service.create(bench.organizationId, { ...pasted, credentials }),
      ];
      bench.provider.verification = VALID;
      const created = await bench.service.create(bench.organizationId, { ...pasted, credentials });
      const id = created.ok ? created.value.connection.id : '';
      answers.push(
        created,
        await bench.service.update(bench.organizationId, id, {
          credentials: { appKey: `${canary}-app` },
        }),
        (await bench.service.reverify(bench.organizationId, id)) as never,
        (await bench.service.get(bench.organizationId, id)) as never,
      );
      const sent = Buffer.from(`ab12:${canary}`).toString('base64');
      expect(bench.received.join()).toContain(sent);
      const kept = JSON.stringify(answers) + (await bench.everything()) + written.join();
      for (const form of [
        canary,
        sent,
        Buffer.from(canary).toString('base64'),
        Buffer.from(canary).toString('hex'),
      ]) {
        expect(kept).not.toContain(form);
      }
      expect(await bench.everything()).toContain('rekomi1:');
    } finally {
      Object.assign(console, original);
    }
  });
});
