import { randomUUID } from 'node:crypto';

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
const stateOf = async (id: string) => {
  const found = await bench.service.get(bench.organizationId, id);
  return found.ok ? found.value.state : found.problem.reason;
};
const pendingCauses = async () =>
  (await bench.rows<{ cause: string }>('SELECT cause FROM delivery ORDER BY contact_id, lane_seq')).map(
    ({ cause }) => cause,
  );

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
      await bench.service.pause(bench.organizationId, theirs),
      await bench.service.disconnect(bench.organizationId, theirs, { takeBack: false }),
      await bench.service.audiences(bench.organizationId, theirs),
    ])
      expect(refused).toMatchObject({ ok: false, problem: { reason: 'not_found' } });
  });
});

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
    expect(await bench.service.resume(bench.organizationId, id)).toMatchObject({
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
    await bench.service.pause(bench.organizationId, id);
    await bench.service.reverify(bench.organizationId, id);
    expect(await stateOf(id)).toBe('paused');
    await bench.service.resume(bench.organizationId, id);
    expect(await stateOf(id)).toBe('verified');
  });
});

describe('what workers report', () => {
  const load = async (id: string) => {
    const loaded = await bench.tenancy.run(bench.organizationId, (tx) => bench.keeper.load(tx, id));
    if (loaded === undefined) throw new Error('not loaded');
    return loaded;
  };

  it('stops the connection, with the reason', async () => {
    const id = await bench.connect();
    const seen = await load(id);
    expect(seen.settings).toEqual({ requestsPerSecond: 100, createdAt: 'always', quiet: false });
    await bench.keeper.storeRegion(seen, 'eu');
    await bench.keeper.markUnauthorised(seen, { code: 'credentials_rejected', detail: 'Unauthorized' });
    expect(await bench.service.get(bench.organizationId, id)).toMatchObject({
      value: { state: 'auth_error', stateCode: 'credentials_rejected', region: 'eu' },
    });
  });

  it('cannot undo a verification that is newer than what the worker saw', async () => {
    const id = await bench.connect();
    const seen = await load(id);
    await bench.service.reverify(bench.organizationId, id);
    await bench.keeper.markUnauthorised(seen, { code: 'credentials_rejected' });
    await bench.keeper.markNeedsAttention(seen, { code: 'audience_missing' });
    await bench.keeper.storeRegion(seen, 'eu');
    expect(await bench.service.get(bench.organizationId, id)).toMatchObject({
      value: { state: 'verified', region: 'us' },
    });
  });

  it('ends a disconnection whose keys the vendor no longer accepts', async () => {
    const id = await bench.connect();
    await bench.written(id);
    await bench.service.disconnect(bench.organizationId, id, { takeBack: true });
    await bench.keeper.markUnauthorised(await load(id), { code: 'credentials_rejected' });
    expect(await stateOf(id)).toBe('disabled');
    expect(await bench.conservation()).toEqual({ created: 1, settled: 1, open: 0 });
  });
});

describe('disconnecting', () => {
  const contact = (connectionId: string, contactId = randomUUID()) =>
    ({ kind: 'contact', connectionId, contactId, cause: 'affiliate_approved' }) as const;

  it('cancels what waits, destroys the credentials, and the counts add up', async () => {
    const id = await bench.connect();
    const ada = randomUUID();
    await bench.record([contact(id, ada), contact(id, ada), contact(id)]);
    expect(await bench.service.disconnect(bench.organizationId, id, { takeBack: false })).toMatchObject({
      ok: true,
    });
    expect(await bench.rows('SELECT credentials, public_credentials, state FROM connection')).toEqual([
      { credentials: null, public_credentials: {}, state: 'disabled' },
    ]);
    expect(await bench.rows('SELECT state, code, count(*)::int FROM history GROUP BY 1, 2')).toEqual([
      { state: 'cancelled', code: 'connection_closed', count: 3 },
    ]);
    expect(await bench.rows('SELECT 1 FROM lane')).toEqual([]);
    expect(await bench.conservation()).toEqual({ created: 3, settled: 3, open: 0 });
    expect(await bench.service.resume(bench.organizationId, id)).toMatchObject({
      problem: { reason: 'state' },
    });
    expect(await bench.connect()).not.toBe(id);
  });

  it('leaves what a worker has in hand to the sweep, and fences the worker off', async () => {
    const id = await bench.connect();
    await bench.record([contact(id)]);
    await bench.takeInHand(id);
    await bench.record([contact(id)]);
    await bench.service.disconnect(bench.organizationId, id, { takeBack: false });
    expect(await bench.rows('SELECT expired FROM drain')).toEqual([{ expired: true }]);
    expect(await bench.rows('SELECT count(*)::int FROM delivery')).toEqual([{ count: 1 }]);
    expect(await bench.conservation()).toEqual({ created: 2, settled: 1, open: 1 });
  });

  it('gives everyone we wrote a delivery when it takes back, and ends once no lane is left', async () => {
    const id = await bench.connect();
    await bench.written(id);
    await bench.written(id, randomUUID(), true);
    expect(await bench.service.disconnect(bench.organizationId, id, { takeBack: true })).toMatchObject({
      ok: true,
      value: { contactsToTakeBack: 2, connection: { state: 'disconnecting' } },
    });
    expect(await pendingCauses()).toEqual(['disconnect', 'disconnect']);
    expect(await bench.service.finishDisconnect(bench.organizationId, id)).toBe(false);
    await bench.superuser.query('DELETE FROM delivery; DELETE FROM lane');
    expect(await bench.service.finishDisconnect(bench.organizationId, id)).toBe(true);
    expect(await bench.rows('SELECT state, credentials FROM connection')).toEqual([
      { state: 'disabled', credentials: null },
    ]);
  });

  it('ends at once when there is nothing to take back', async () => {
    const id = await bench.connect();
    await bench.service.disconnect(bench.organizationId, id, { takeBack: true });
    expect(await stateOf(id)).toBe('disabled');
  });

  it('refuses to take back with keys that do not work', async () => {
    const id = await bench.connect();
    bench.provider.verification = REJECTED;
    await bench.service.reverify(bench.organizationId, id);
    expect(await bench.service.disconnect(bench.organizationId, id, { takeBack: true })).toMatchObject({
      problem: { reason: 'state', state: 'auth_error' },
    });
  });
});

describe('audiences', () => {
  it('come live from the vendor, and failures keep their code', async () => {
    const id = await bench.connect();
    expect(await bench.service.audiences(bench.organizationId, id)).toMatchObject({
      ok: true,
      value: { audiences: [{ id: '7' }] },
    });
    expect(await bench.service.createAudience(bench.organizationId, id, ' New one ')).toMatchObject({
      value: { id: '8' },
    });
    bench.provider.pages = [{ kind: 'unavailable', code: 'vendor_unreadable', vendorMessage: '<html>' }];
    expect(await bench.service.audiences(bench.organizationId, id)).toMatchObject({
      problem: { reason: 'vendor', code: 'vendor_unreadable', vendorMessage: '<html>' },
    });
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
        created as never,
        (await bench.service.update(bench.organizationId, id, {
          credentials: { appKey: `${canary}-app` },
        })) as never,
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
