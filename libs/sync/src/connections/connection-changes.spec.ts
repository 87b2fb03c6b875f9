import { randomUUID } from 'node:crypto';

import { ConnectionBench } from './testing/connection-bench.js';
import { REJECTED, UNREACHABLE, VALID } from './testing/scripted-provider.js';

let bench: ConnectionBench;

beforeAll(async () => {
  bench = await ConnectionBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const stateOf = async (id: string) => {
  const found = await bench.service.get(bench.organizationId, id);
  return found.ok ? found.value.state : found.problem.reason;
};

describe('changing a connection', () => {
  it('keeps absent credentials, removes null ones and replaces the others, verified first', async () => {
    const id = await bench.connect();
    const updated = await bench.service.update(bench.organizationId, id, {
      credentials: { apiKey: 'key-two', appKey: null },
    });
    expect(updated).toMatchObject({
      ok: true,
      value: { connection: { credentials: { present: ['siteId', 'apiKey'] } } },
    });
    const seen: boolean[] = [];
    bench.provider.verification = async (access) => {
      seen.push(access.has('siteId'), access.has('apiKey'), access.has('appKey'));
      return VALID;
    };
    await bench.service.reverify(bench.organizationId, id);
    expect(seen).toEqual([true, true, false]);
  });

  it('stores no credentials that the vendor rejects', async () => {
    const id = await bench.connect();
    const before = await bench.everything();
    bench.provider.verification = REJECTED;
    const refused = await bench.service.update(bench.organizationId, id, {
      credentials: { apiKey: 'bad' },
      label: 'New',
    });
    expect(refused).toMatchObject({ ok: false, problem: { reason: 'vendor', code: 'credentials_rejected' } });
    expect(await bench.everything()).toBe(before);
  });

  it('takes new keys of an account that the vendor does not name only on the word of a person', async () => {
    bench.provider.verification = { ...VALID, account: {} };
    const id = await bench.connect();
    const renew = (more: object) =>
      bench.service.update(bench.organizationId, id, { credentials: { siteId: 'zz99' }, ...more });
    expect(await renew({})).toMatchObject({
      ok: false,
      problem: { reason: 'other_account', detail: expect.stringContaining('"sameAccount": true') },
    });
    expect(await renew({ sameAccount: true })).toMatchObject({ ok: true });
  });

  it('takes nobody’s word for an account that the vendor does name', async () => {
    const id = await bench.connect();
    bench.provider.verification = { ...VALID, account: { id: 'acc-2', name: 'Other' } };
    expect(
      await bench.service.update(bench.organizationId, id, {
        credentials: { siteId: 'zz99' },
        sameAccount: true,
      }),
    ).toMatchObject({ ok: false, problem: { reason: 'other_account' } });
  });

  it('refuses the keys of another account, and takes new keys of the same one', async () => {
    const id = await bench.connect();
    bench.provider.verification = { ...VALID, account: { id: 'acc-2', name: 'Other' } };
    const other = await bench.service.update(bench.organizationId, id, { credentials: { siteId: 'zz99' } });
    expect(other).toMatchObject({ ok: false, problem: { reason: 'other_account' } });
    bench.provider.verification = VALID;
    expect(
      await bench.service.update(bench.organizationId, id, { credentials: { siteId: 'zz99' } }),
    ).toMatchObject({
      ok: true,
      value: { connection: { credentials: { public: { siteId: 'zz99' } } } },
    });
  });

  it('sends every known contact again when the tags change, and frees the held ones', async () => {
    const id = await bench.connect();
    await bench.written(id);
    const held = randomUUID();
    await bench.record([{ kind: 'contact', connectionId: id, contactId: held, cause: 'affiliate_approved' }]);
    await bench.superuser.query(
      `UPDATE lane SET held_code = 'audience_missing', next_due_at = 'infinity', contact_pending = false`,
    );
    expect((await bench.service.list(bench.organizationId, { limit: 1 }))[0]?.backlog).toEqual({
      pending: { count: 0, atLeast: false },
      held: { count: 1, atLeast: false },
      codes: {},
    });
    const updated = await bench.service.update(bench.organizationId, id, { defaultTags: ['vip'] });
    expect(updated).toMatchObject({
      ok: true,
      value: { contactsQueued: 2, connection: { configVersion: 2 } },
    });
    expect(await bench.rows('SELECT 1 FROM lane WHERE held_code IS NOT NULL')).toEqual([]);
    expect(bench.woken).toContain(id);
  });

  it('queues nothing when only name or speed change', async () => {
    const id = await bench.connect();
    await bench.written(id);
    const updated = await bench.service.update(bench.organizationId, id, {
      label: 'Mine',
      settings: { requestsPerSecond: 100_000 },
    });
    expect(updated).toMatchObject({
      ok: true,
      value: {
        contactsQueued: 0,
        connection: { label: 'Mine', configVersion: 1, settings: { requestsPerSecond: 100_000 } },
      },
    });
    expect(
      await bench.service.update(bench.organizationId, id, { settings: { requestsPerSecond: null } }),
    ).toMatchObject({
      value: { connection: { settings: {} } },
    });
  });

  it('does not store what was checked against keys that changed meanwhile', async () => {
    const id = await bench.connect();
    bench.provider.verification = async () => {
      bench.provider.verification = VALID;
      await bench.service.update(bench.organizationId, id, { credentials: { apiKey: 'faster' } });
      return VALID;
    };
    expect(
      await bench.service.update(bench.organizationId, id, { credentials: { apiKey: 'slower' } }),
    ).toMatchObject({ ok: false, problem: { reason: 'changed_meanwhile' } });
  });
});

describe('verifying again, pausing, resuming', () => {
  it('stops on rejected keys, stays as it is when the vendor does not answer, and resumes on valid ones', async () => {
    const id = await bench.connect();
    bench.provider.verification = REJECTED;
    await bench.service.reverify(bench.organizationId, id);
    expect(await bench.service.get(bench.organizationId, id)).toMatchObject({
      value: { state: 'auth_error', stateCode: 'credentials_rejected', stateDetail: 'Unauthorized' },
    });
    expect(await bench.resume(id)).toMatchObject({
      problem: { reason: 'state' },
    });
    bench.provider.verification = UNREACHABLE;
    expect(await bench.service.reverify(bench.organizationId, id)).toMatchObject({
      ok: true,
      value: { verification: { kind: 'unreachable' }, connection: { state: 'auth_error' } },
    });
    bench.woken.length = 0;
    bench.provider.verification = VALID;
    await bench.service.reverify(bench.organizationId, id);
    expect(await stateOf(id)).toBe('verified');
    expect(bench.woken).toEqual([id]);
  });

  it('leaves a pause to the person who set it', async () => {
    const id = await bench.connect();
    await bench.pause(id);
    await bench.service.reverify(bench.organizationId, id);
    expect(await stateOf(id)).toBe('paused');
    await bench.resume(id);
    expect(await stateOf(id)).toBe('verified');
  });
});

describe('audiences', () => {
  it('come live from the vendor, and failures keep their code', async () => {
    const id = await bench.connect();
    expect(await bench.service.audiences(bench.organizationId, id)).toMatchObject({
      ok: true,
      value: { audiences: [{ id: '7' }] },
    });
    expect(await bench.service.createAudience(bench.request(id), ' New one ')).toMatchObject({
      value: { id: '8' },
    });
    bench.provider.pages = [{ kind: 'unavailable', code: 'vendor_unreadable', vendorMessage: '<html>' }];
    expect(await bench.service.audiences(bench.organizationId, id)).toMatchObject({
      problem: { reason: 'vendor', code: 'vendor_unreadable', vendorMessage: '<html>' },
    });
  });

  describe('that are asked for again under the same request', () => {
    const page = (...ids: string[]) => [
      { kind: 'page' as const, audiences: ids.map((id) => ({ id, name: 'New one' })) },
    ];
    const lost = { kind: 'ambiguous', code: 'vendor_timeout' } as const;
    const made = { kind: 'created', audience: { id: '9', name: 'New one' } } as const;
    let id: string;
    const ask = (requestId = 'r') => bench.service.createAudience(bench.request(id, requestId), 'New one');

    beforeEach(async () => {
      id = await bench.connect();
      // One of the name was there before; it is nobody's answer.
      bench.provider.pages = page('7');
    });

    it('are the one that the first sending created before its answer got lost', async () => {
      bench.provider.creation = lost;
      expect(await ask()).toMatchObject({ problem: { code: 'vendor_timeout' } });
      bench.provider.pages = page('7', '8');
      await bench.passLandingTime();
      expect(await ask()).toMatchObject({ ok: true, value: { id: '8' } });
      expect(bench.provider.created).toBe(1);
    });

    it('are created when the first sending did not get there', async () => {
      bench.provider.creation = lost;
      await ask();
      bench.provider.creation = made;
      await bench.passLandingTime();
      expect(await ask()).toMatchObject({ ok: true, value: { id: '9' } });
      expect(bench.provider.created).toBe(2);
    });

    it('wait as long as the first sending may still get there', async () => {
      bench.provider.creation = lost;
      await ask();
      expect(await ask()).toMatchObject({ problem: { reason: 'under_way' } });
      const [one, other] = await Promise.all([ask('both'), ask('both')]);
      expect(
        [one, other].filter((result) => !result.ok && result.problem.reason === 'under_way'),
      ).toHaveLength(1);
      expect(bench.provider.created).toBe(2);
    });

    it('need not wait after a plain no', async () => {
      bench.provider.creation = { kind: 'refused', code: 'field_rejected', field: 'name' };
      await ask();
      bench.provider.creation = made;
      expect(await ask()).toMatchObject({ ok: true, value: { id: '9' } });
    });

    it('are not created while the vendor cannot say what is there', async () => {
      bench.provider.pages = [{ kind: 'unavailable', code: 'vendor_error' }];
      expect(await ask()).toMatchObject({ problem: { code: 'vendor_error' } });
      expect(bench.provider.created).toBe(0);
    });
  });
});
