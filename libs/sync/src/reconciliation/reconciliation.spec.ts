import { EngineBench } from '../engine/testing/engine-bench.js';
import type { ReconciliationReport, ReconciliationService, Repaired } from './index.js';
import { driftEstimate } from './reconciliation-view.js';

let bench: EngineBench;
let service: ReconciliationService;

beforeAll(async () => {
  bench = await EngineBench.open();
  service = bench.reconciliations();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  await bench.giveCredentials();
});

/** People who are at the vendor as we wrote them, in the audience 8, tagged gold. */
async function people(...emails: readonly string[]): Promise<readonly string[]> {
  const ids = emails.map((email) => bench.want(email, ['gold'], undefined, ['8']));
  await bench.record(ids.map((id) => bench.contact(id)));
  await bench.untilIdle();
  for (const email of emails) {
    bench.vendor.shows(email, { email, our_tags: 'gold' });
    bench.vendor.isIn(email, '8', 'theirs');
  }
  bench.vendor.log = [];
  return ids;
}

async function start(sampleSize: number | null = null): Promise<string> {
  const started = await bench.inTenant((tx) =>
    service.start(tx, bench.target(), { sampleSize, createdBy: 'Ada' }),
  );
  if (!started.ok) throw new Error(JSON.stringify(started.problem));
  return started.value.id;
}

async function report(id: string): Promise<ReconciliationReport> {
  const found = await service.get(bench.target(), id);
  if (found === undefined) throw new Error('There is no such reconciliation.');
  return found;
}

async function reconcile(sampleSize: number | null = null): Promise<ReconciliationReport> {
  const id = await start(sampleSize);
  await bench.check();
  return report(id);
}

async function repair(
  id: string,
  choice: { missing?: boolean; audiences?: boolean } = {},
): Promise<Repaired> {
  const done = await bench.inTenant((tx) =>
    service.repair(tx, bench.target(), id, { missing: true, audiences: false, ...choice }),
  );
  if (done?.ok !== true) throw new Error(JSON.stringify(done));
  service.wake(bench.target().connectionId);
  await bench.untilIdle();
  return done.value;
}

const [ADA, BOB, CLEO, DAN, EVE] = ['ada', 'bob', 'cleo', 'dan', 'eve'].map(
  (name) => `${name}@example.com`,
) as [string, string, string, string, string];

describe('a reconciliation', () => {
  it('of people who are as they were written finds nothing, and changes nothing', async () => {
    await people(ADA, BOB);
    const found = await reconcile();
    expect(found).toMatchObject({
      ...{ state: 'done', sampleSize: null, population: 2, sampled: 2, drift: [], createdBy: 'Ada' },
      counts: { looked: 2, waiting: 0, same: 2, drifted: 0, missing: 0 },
      estimate: { of: 2, deviating: 0, atLeast: 0, atMost: 0 },
    });
    expect([...bench.vendor.log].sort()).toEqual([`read ${ADA}`, `read ${BOB}`]);
  });

  it('reports by field what drifted, who is gone, who left, and does not count who unsubscribed', async () => {
    const [ada, bob, , dan] = await people(ADA, BOB, CLEO, DAN, EVE);
    bench.vendor.shows(ADA, { email: ADA, our_tags: 'silver' });
    bench.vendor.shows(BOB, { email: BOB });
    bench.vendor.vanish(CLEO);
    bench.vendor.isIn(DAN, 'theirs');
    bench.vendor.isIn(EVE);
    bench.vendor.consentOf(EVE, 'unsubscribed');
    const found = await reconcile();
    expect(found.counts).toMatchObject({
      ...{ looked: 5, same: 1, drifted: 3, missing: 1, unread: 0, unsubscribed: 1, leftAudiences: 1 },
    });
    expect(found.drift).toEqual([
      {
        ...{ part: 'field', name: 'our_tags', missing: 1, different: 1 },
        examples: expect.arrayContaining([
          { contactId: ada, wrote: 'gold', found: 'silver' },
          { contactId: bob, wrote: 'gold' },
        ]),
      },
      { part: 'audience', name: '8', missing: 1, different: 0, examples: [{ contactId: dan }] },
    ]);
    expect(
      await service.people(bench.target(), found.id, { outcome: 'missing' }, { limit: 10 }),
    ).toMatchObject([{ email: CLEO, outcome: 'missing' }]);
  });

  it('of a sample looks at so many, and says what that means for everybody', async () => {
    await people(ADA, BOB, CLEO, DAN);
    bench.vendor.vanish(ADA);
    const found = await reconcile(3);
    expect(found).toMatchObject({ population: 4, sampled: 3, counts: { looked: 3 }, estimate: { of: 4 } });
    expect(bench.vendor.log).toHaveLength(3);
  });

  it('goes on where a worker died', async () => {
    await people(ADA, BOB, CLEO);
    const id = await start();
    await bench.takeChecksAsIfKilled();
    await bench.check();
    expect(await report(id)).toMatchObject({ state: 'done', counts: { same: 3 } });
  });

  it('counts people whom the vendor could not be asked about apart from the others', async () => {
    await people(ADA);
    const id = await start();
    for (let looks = 0; looks < 4; looks += 1) {
      bench.vendor.answer('read', { kind: 'unavailable', code: 'vendor_error' });
      await bench.hurryChecks();
      await bench.check();
    }
    const found = await report(id);
    expect(found).toMatchObject({ state: 'done', counts: { unread: 1, same: 0, drifted: 0 } });
    expect(found).not.toHaveProperty('estimate');
  });

  it('is one at a time, and ends when it is cancelled, with what it saw', async () => {
    await people(ADA, BOB);
    bench.vendor.vanish(ADA);
    bench.vendor.vanish(BOB);
    const id = await start();
    await expect(start()).rejects.toThrow('is running');
    const cancelled = await bench.inTenant((tx) => service.cancel(tx, bench.target(), id));
    expect(cancelled).toMatchObject({ state: 'cancelled', counts: { waiting: 0, looked: 0 } });
    await bench.check();
    expect(bench.vendor.log).toEqual([]);
    expect(await reconcile()).toMatchObject({ state: 'done', counts: { missing: 2 } });
  });

  it('is not seen by another connection', async () => {
    await people(ADA);
    const { id } = await reconcile();
    const other = { ...bench.target(), connectionId: '01890000-0000-7000-8000-000000000000' };
    expect(await service.get(other, id)).toBeUndefined();
  });
});

describe('a repair', () => {
  it('writes exactly what drifted, and people who are gone as if they were new', async () => {
    await people(ADA, BOB, CLEO);
    bench.vendor.shows(ADA, { email: ADA, our_tags: 'silver' });
    bench.vendor.vanish(BOB);
    const { id } = await reconcile();
    bench.vendor.log = [];
    bench.vendor.changes.clear();
    expect(await repair(id)).toEqual({
      ...{ queued: 2, audiencesLeftAlone: 0, missingLeftAlone: 0, changedSince: 0 },
    });
    expect([...bench.vendor.log].sort()).toEqual([`upsert ${ADA}`, `upsert ${BOB}`]);
    // Against what is really there the provider sees what has to be sent; nothing of it says "all of it again".
    expect(bench.vendor.changes.get(ADA)).toMatchObject({
      previous: { fields: { email: ADA, our_tags: 'silver' }, tags: ['gold'], audiences: ['8'] },
    });
    expect(bench.vendor.changes.get(BOB)).not.toHaveProperty('previous');
    expect(await report(id)).toMatchObject({ counts: { repaired: 2 } });
  });

  it('puts nobody back into an audience that they left, unless chosen', async () => {
    await people(ADA, BOB);
    bench.vendor.isIn(ADA);
    bench.vendor.isIn(BOB);
    bench.vendor.shows(BOB, { email: BOB });
    const { id } = await reconcile();
    bench.vendor.changes.clear();
    expect(await repair(id)).toMatchObject({ queued: 1, audiencesLeftAlone: 2 });
    expect([...bench.vendor.changes.keys()]).toEqual([BOB]);
    expect(bench.vendor.changes.get(BOB)).toMatchObject({ previous: { audiences: ['8'] } });
    const again = await reconcile();
    bench.vendor.changes.clear();
    expect(await repair(again.id, { audiences: true })).toMatchObject({ queued: 2, audiencesLeftAlone: 0 });
    expect(bench.vendor.changes.get(ADA)).toMatchObject({ previous: { audiences: [] } });
  });

  it('never puts back somebody who unsubscribed', async () => {
    await people(ADA);
    bench.vendor.isIn(ADA);
    bench.vendor.consentOf(ADA, 'unsubscribed');
    const { id } = await reconcile();
    bench.vendor.log = [];
    expect(await repair(id, { audiences: true })).toMatchObject({ queued: 0 });
    expect(bench.vendor.log).toEqual([]);
  });

  it('leaves people alone who are gone, if so chosen', async () => {
    await people(ADA);
    bench.vendor.vanish(ADA);
    const { id } = await reconcile();
    expect(await repair(id, { missing: false })).toMatchObject({ queued: 0, missingLeftAlone: 1 });
  });

  it('leaves alone what was written since, and repeats nothing', async () => {
    await people(ADA, BOB);
    bench.vendor.vanish(ADA);
    const { id } = await reconcile();
    await bench.touchLedger();
    expect(await repair(id)).toMatchObject({ queued: 0, changedSince: 1 });
    const next = await reconcile();
    expect(await repair(next.id)).toMatchObject({ queued: 1 });
    expect(await repair(next.id)).toMatchObject({ queued: 0 });
  });
});

describe('the estimate', () => {
  it('is what was found where everybody was seen', () => {
    expect(driftEstimate(50, 50, 3)).toEqual({ of: 50, deviating: 3, atLeast: 3, atMost: 3 });
  });

  it('of a sample without drift does not promise that there is none', () => {
    expect(driftEstimate(10_000, 200, 0)).toEqual({ of: 10_000, deviating: 0, atLeast: 0, atMost: 189 });
  });

  it('holds what was seen for certain', () => {
    expect(driftEstimate(100, 99, 1)).toMatchObject({ deviating: 1, atLeast: 1, atMost: 2 });
  });
});
