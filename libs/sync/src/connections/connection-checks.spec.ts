import { randomUUID } from 'node:crypto';

import { ConnectionBench } from './testing/connection-bench.js';
import { REJECTED, UNREACHABLE, VALID } from './testing/scripted-provider.js';

const OVER = 'over: auth_error';
const BROKE = 'auth_error: credentials_rejected';

let bench: ConnectionBench;
let id: string;

beforeAll(async () => {
  bench = await ConnectionBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  id = await bench.connect();
});

const listing = (...audiences: { id: string; name: string }[]): void => {
  bench.provider.pages = [{ kind: 'page', audiences }];
};

async function withAudience(): Promise<void> {
  const chosen = await bench.service.update(bench.organizationId, id, { defaultAudience: '7' });
  if (!chosen.ok) throw new Error(chosen.problem.reason);
  bench.told.length = 0;
}

describe('a key that is refused', () => {
  it('stops the connection, says which field it was, and is looked into within a quarter of a minute', async () => {
    await bench.refuseKey(id);
    expect(await bench.view(id)).toMatchObject({
      state: 'auth_error',
      stateCode: 'credentials_rejected',
      checks: expect.arrayContaining([
        { credentials: ['apiKey'], result: 'rejected', code: 'credentials_rejected' },
      ]) as unknown,
    });
    expect(bench.told).toEqual([BROKE]);
    expect(await bench.checkInSeconds(id)).toBeLessThanOrEqual(15);
  });

  it('comes back by itself when it was one odd answer, and wakes what waited', async () => {
    await bench.refuseKey(id);
    bench.woken.length = 0;
    await bench.check(id);
    expect(await bench.view(id)).toMatchObject({ state: 'verified' });
    expect(bench.told).toEqual([BROKE, OVER]);
    expect(bench.woken).toEqual([id]);
  });

  it('is verified more and more seldom while it stays refused, and said once', async () => {
    bench.provider.verification = REJECTED;
    await bench.refuseKey(id);
    const waits: number[] = [];
    for (let time = 0; time < 5; time += 1) {
      await bench.check(id);
      waits.push(await bench.checkInSeconds(id));
    }
    expect(waits).toEqual([60, 300, 1800, 3600, 3600]);
    expect((await bench.view(id)).state).toBe('auth_error');
    expect(bench.told).toEqual([BROKE]);
  });

  it('does not come back by itself for ever: what is verified as right and refused as wrong needs a person', async () => {
    for (let time = 0; time < 3; time += 1) {
      await bench.refuseKey(id);
      await bench.check(id);
      expect((await bench.view(id)).state).toBe('verified');
    }
    await bench.refuseKey(id);
    await bench.check(id);
    expect((await bench.view(id)).state).toBe('auth_error');
    await bench.service.reverify(bench.organizationId, id);
    expect((await bench.view(id)).state).toBe('verified');
    await bench.refuseKey(id);
    await bench.check(id);
    expect((await bench.view(id)).state).toBe('verified');
  });

  it('is not hurried as if it were the first time when it breaks again after it came back', async () => {
    await bench.refuseKey(id);
    await bench.check(id);
    await bench.refuseKey(id);
    expect(await bench.checkInSeconds(id)).toBe(60);
  });

  it('comes back no more often because the vendor was away in between', async () => {
    for (let time = 0; time < 3; time += 1) {
      await bench.refuseKey(id);
      bench.provider.verification = UNREACHABLE;
      await bench.check(id);
      bench.provider.verification = VALID;
      await bench.check(id);
      expect((await bench.view(id)).state).toBe('verified');
    }
    await bench.refuseKey(id);
    await bench.check(id);
    expect((await bench.view(id)).state).toBe('auth_error');
  });

  it('is found by the check of the day as well, without anything being sent', async () => {
    bench.provider.verification = REJECTED;
    await bench.check(id);
    expect((await bench.view(id)).state).toBe('auth_error');
    expect(bench.told).toEqual([BROKE]);
  });

  it('is left alone by a check while a person has paused it', async () => {
    await bench.pause(id);
    expect(await bench.check(id)).toBe(0);
    expect((await bench.view(id)).nextCheckAt).toBeUndefined();
  });
});

describe('a vendor that does not answer', () => {
  it('never stops a connection, and is asked again after a while', async () => {
    bench.provider.verification = UNREACHABLE;
    await bench.check(id);
    expect((await bench.view(id)).state).toBe('verified');
    expect(await bench.checkInSeconds(id)).toBe(300);
    expect(bench.told).toEqual([]);
  });

  it('brings none back', async () => {
    await bench.refuseKey(id);
    bench.provider.verification = UNREACHABLE;
    await bench.check(id);
    expect((await bench.view(id)).state).toBe('auth_error');
  });
});

describe('a connection in order', () => {
  it('is verified again after a day, more or less', async () => {
    await bench.check(id);
    expect(await bench.checkInSeconds(id)).toBe(24 * 3600);
  });

  it('is checked by one process at a time, and by another one when that process dies', async () => {
    await bench.superuser.query(`UPDATE connection SET check_at = now()`);
    const asked = bench.provider.verified;
    expect(await Promise.all([bench.checks.checkDue(), bench.checks.checkDue()])).toContain(0);
    expect(bench.provider.verified).toBe(asked + 1);
    // A process takes it and dies.
    await bench.superuser.query(`UPDATE connection SET check_at = now()`);
    await bench.superuser.query(`SELECT * FROM claim_connection_checks(10, interval '1 second')`);
    expect(await bench.checks.checkDue()).toBe(0);
    await bench.superuser.query(`UPDATE connection SET check_at = check_at - interval '1 second'`);
    expect(await bench.checks.checkDue()).toBe(1);
  });

  it('keeps what a person changed while the vendor was being asked', async () => {
    bench.provider.verification = async () => {
      bench.provider.verification = VALID;
      await bench.service.update(bench.organizationId, id, { credentials: { apiKey: 'key-two' } });
      return REJECTED;
    };
    await bench.check(id);
    expect((await bench.view(id)).state).toBe('verified');
  });
});

describe('the audience of a connection', () => {
  beforeEach(withAudience);

  it('that was renamed is shown by its new name, and nothing is written for it', async () => {
    listing({ id: '7', name: 'Partners' });
    const { configVersion } = await bench.view(id);
    await bench.check(id);
    expect(await bench.view(id)).toMatchObject({
      state: 'verified',
      configVersion,
      defaultAudience: { id: '7', name: 'Partners' },
    });
    expect(bench.names).toEqual(['Partners']);
    expect(bench.told).toEqual([]);
  });

  it('that is gone stops the connection, with its name and what to do; restored, it goes on', async () => {
    listing({ id: '8', name: 'Others' });
    await bench.check(id);
    expect(await bench.view(id)).toMatchObject({
      state: 'needs_attention',
      stateCode: 'audience_missing',
      stateDetail: expect.stringMatching(/"Affiliates".*Restore it there, or choose another/) as unknown,
    });
    await bench.check(id);
    expect((await bench.view(id)).state).toBe('needs_attention');
    listing({ id: '7', name: 'Affiliates' });
    await bench.check(id);
    expect((await bench.view(id)).state).toBe('verified');
    expect(bench.told).toEqual(['needs_attention: audience_missing', 'over: needs_attention']);
  });

  it('that is gone by the time a key is accepted again is what is told then', async () => {
    await bench.refuseKey(id);
    listing({ id: '8', name: 'Others' });
    await bench.check(id);
    expect(await bench.view(id)).toMatchObject({ state: 'needs_attention', stateCode: 'audience_missing' });
  });

  it('goes on in another one that a person chooses', async () => {
    listing({ id: '8', name: 'Others' });
    await bench.check(id);
    await bench.service.update(bench.organizationId, id, { defaultAudience: '8' });
    expect(await bench.view(id)).toMatchObject({ state: 'verified', defaultAudience: { name: 'Others' } });
  });

  it('is not called gone because a list could not be read', async () => {
    bench.provider.pages = [{ kind: 'unavailable', code: 'vendor_error' }];
    await bench.check(id);
    expect((await bench.view(id)).state).toBe('verified');
  });
});

describe('the audience of a single campaign', () => {
  const waiting = (contactId: string): Promise<{ held_code: string | null }[]> =>
    bench.rows(`SELECT held_code FROM lane WHERE contact_id = $1`, [contactId]);

  async function missing(): Promise<string> {
    const contactId = randomUUID();
    await bench.record([{ kind: 'contact', connectionId: id, contactId, cause: 'test' }]);
    await bench.rows(
      `UPDATE lane SET held_code = 'audience_missing', next_due_at = 'infinity' WHERE contact_id = $1`,
      [contactId],
    );
    const finding = { code: 'audience_missing', audiences: ['9'] };
    await bench.keeper.markAudiencesMissing(await bench.load(id), finding);
    await bench.keeper.markAudiencesMissing(await bench.load(id), finding);
    return contactId;
  }

  it('that is gone is told once, and the connection goes on', async () => {
    await missing();
    expect(bench.told).toEqual(['audience_missing: audience_missing']);
    expect(await bench.view(id)).toMatchObject({ state: 'verified', missingAudiences: ['9'] });
  });

  it('lets whoever waited for it go on once it is back', async () => {
    const contactId = await missing();
    listing({ id: '7', name: 'Affiliates' });
    await bench.check(id);
    expect(await waiting(contactId)).toEqual([{ held_code: 'audience_missing' }]);
    listing({ id: '7', name: 'Affiliates' }, { id: '9', name: 'VIP' });
    await bench.check(id);
    expect(await waiting(contactId)).toEqual([{ held_code: null }]);
    expect(bench.told.at(-1)).toBe('over: audience_missing');
    expect((await bench.view(id)).missingAudiences).toEqual([]);
  });

  it('is not forgotten while somebody who may wait for it is being written', async () => {
    const contactId = await missing();
    listing({ id: '7', name: 'Affiliates' });
    await bench.rows(
      `UPDATE lane SET held_code = NULL, next_due_at = now(), drain_id = gen_random_uuid() WHERE contact_id = $1`,
      [contactId],
    );
    await bench.check(id);
    expect((await bench.view(id)).missingAudiences).toEqual(['9']);
  });
});

describe('contacts that were refused', () => {
  const refused = (daysAgo: number): Promise<unknown> =>
    bench.rows(
      `INSERT INTO delivery_total (organization_id, connection_id, day, kind, state, deliveries)
       VALUES ($1, $2, (now() AT TIME ZONE 'UTC')::date - $3::integer, 'contact', 'refused', 2)`,
      [bench.organizationId, id, daysAgo],
    );

  it('are summed up on the day after, and not while the day lasts', async () => {
    await refused(0);
    await bench.check(id);
    expect(bench.told).not.toContain('contacts_refused: contacts_refused');
    await refused(1);
    await bench.check(id);
    expect(bench.told).toContain('contacts_refused: contacts_refused');
  });
});
