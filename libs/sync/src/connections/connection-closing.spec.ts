import { randomUUID } from 'node:crypto';

import { ConnectionBench } from './testing/connection-bench.js';
import { REJECTED } from './testing/scripted-provider.js';

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
const pendingCauses = async () =>
  (await bench.rows<{ cause: string }>('SELECT cause FROM delivery ORDER BY contact_id, lane_seq')).map(
    ({ cause }) => cause,
  );

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
    expect(await bench.resume(id)).toMatchObject({
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
    await bench.superuser.query('UPDATE ledger SET present = false, written = NULL');
    expect(await bench.service.finishDisconnect(bench.organizationId, id)).toBe(true);
    expect(await bench.rows('SELECT state, credentials FROM connection')).toEqual([
      { state: 'disabled', credentials: null },
    ]);
  });

  it('takes back as well who got in while the disconnecting began', async () => {
    const id = await bench.connect();
    await bench.written(id);
    await bench.service.disconnect(bench.organizationId, id, { takeBack: true });
    await bench.superuser.query('DELETE FROM delivery; DELETE FROM lane');
    expect(await bench.service.finishDisconnect(bench.organizationId, id)).toBe(false);
    expect(await pendingCauses()).toEqual(['disconnect']);
  });

  it('does not ask again for a take-back that the vendor refused', async () => {
    const id = await bench.connect();
    await bench.written(id);
    await bench.service.disconnect(bench.organizationId, id, { takeBack: true });
    await bench.superuser.query('DELETE FROM delivery; DELETE FROM lane');
    await bench.superuser.query(`UPDATE ledger SET state = 'refused'`);
    expect(await bench.service.finishDisconnect(bench.organizationId, id)).toBe(true);
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
