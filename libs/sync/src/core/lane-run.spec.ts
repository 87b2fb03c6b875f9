import type { Outcome } from '@rekomi/provider-contract';

import { GIVE_UP_AFTER_MS } from './back-off.js';
import type { ClaimedLane, LedgerEntry, PendingDelivery } from './delivery.js';
import { desiredFingerprint } from './fingerprint.js';
import { LaneRun } from './lane-run.js';
import type { LaneRunInput } from './lane-step.js';

const WRITES = [{ vendorField: 'our_*', from: 'Attributes' }];
const contact = { email: 'ada@example.com', tags: [], audiences: [], attributes: {} };
const written = { email: 'ada@example.com', fields: { rank: 1 }, tags: ['gold'], audiences: [] };
const there: LedgerEntry = { present: true, state: 'delivered', written };
const takenBack: LedgerEntry = { present: false, state: 'delivered' };
const refusedBefore: LedgerEntry = {
  present: false,
  state: 'refused',
  refusedFingerprint: desiredFingerprint(contact, 1),
  code: 'email_invalid',
};

const accepted: Outcome = { kind: 'accepted', written: { fields: { rank: 1 } } };
const refused: Outcome = { kind: 'refused', code: 'email_invalid', vendorMessage: 'no such address' };
const unavailable: Outcome = { kind: 'unavailable', code: 'vendor_error' };
const throttled: Outcome = {
  kind: 'throttled',
  code: 'vendor_throttled',
  family: 'people',
  status: 429,
  until: new Date(9_000),
};
const unauthorised: Outcome = { kind: 'unauthorised', code: 'credentials_rejected' };

/** `c` is a contact delivery, `e` an event. */
function pendingOf(kinds: string): PendingDelivery[] {
  return [...kinds].map((kind, index) => {
    const base = { seq: index + 1, id: `${kind}${index + 1}`, cause: 'test' };
    if (kind === 'c') return { ...base, kind: 'contact' };
    const occurredAt = '2026-11-01T12:00:00.000Z';
    return {
      ...base,
      kind: 'event',
      eventId: base.id,
      eventName: base.id,
      dedupeId: base.id,
      occurredAt,
      payload: '{}',
    };
  });
}

interface Given extends Partial<Omit<LaneRunInput, 'lane'>> {
  readonly lane?: Partial<ClaimedLane>;
}

function laneRun(kinds: string, given: Given = {}): LaneRun {
  const { lane, ...rest } = given;
  return new LaneRun({
    lane: {
      id: '1',
      contactId: 'ada',
      tailSeq: kinds.length,
      attempts: 0,
      failingForMs: 0,
      pending: pendingOf(kinds),
      ...lane,
    },
    ledger: undefined,
    desired: { kind: 'present', contact },
    configVersion: 1,
    connection: 'open',
    provider: {
      canRemove: true,
      events: true,
      dropsRepeatedEvents: true,
      repeatsAmbiguousEvents: true,
      writes: WRITES,
    },
    random: () => 0.5,
    now: () => 1_000,
    ...rest,
  });
}

describe('an event that leaves something on the contact', () => {
  const tagged: Outcome = { kind: 'accepted', written: { tagsAdded: ['rekomi:first_click'] } };

  it('is known of afterwards, so that it can be taken back', () => {
    const run = laneRun('e', { ledger: there });
    run.next();
    run.apply(tagged, { durationMs: 1, exchanges: [] });
    expect(run.result().ledger).toMatchObject({
      present: true,
      state: 'delivered',
      written: { tags: ['gold', 'rekomi:first_click'] },
    });
  });

  it('adds to what the contact write of the same run wrote', () => {
    const run = laneRun('ce', { ledger: there });
    run.next();
    run.apply({ ...accepted, deferred: ['created_at'] }, { durationMs: 1, exchanges: [] });
    run.next();
    run.apply(tagged, { durationMs: 1, exchanges: [] });
    expect(run.result().ledger).toMatchObject({
      deferred: ['created_at'],
      written: { fields: { rank: 1 }, tags: ['gold', 'rekomi:first_click'] },
    });
  });
});

/** Plays outcomes to the end; further steps are accepted. Tells steps and settlements in short words. */
function play(run: LaneRun, ...outcomes: readonly Outcome[]): { steps: string[]; settled: string[] } {
  const steps: string[] = [];
  for (let step = run.next(); step.kind !== 'end'; step = run.next()) {
    steps.push(step.kind === 'event' ? step.event.name : step.kind);
    run.apply(outcomes[steps.length - 1] ?? accepted, { durationMs: 1, exchanges: [] });
  }
  const settled = run.result().settlements.map(({ delivery, state }) => `${delivery.id} ${state}`);
  return { steps, settled };
}

describe('what is sent for a lane, and how its deliveries end', () => {
  it.each<[string, string, Given, Outcome[], string[], string[], string]>([
    [
      'the contact goes before its event',
      'ec',
      {},
      [],
      ['upsert', 'e1'],
      ['c2 delivered', 'e1 delivered'],
      'done',
    ],
    [
      'one write settles several contact deliveries',
      'ccc',
      {},
      [],
      ['upsert'],
      ['c1 coalesced', 'c2 coalesced', 'c3 delivered'],
      'done',
    ],
    [
      'a contact that is there is not written for an event',
      'e',
      { ledger: there },
      [],
      ['e1'],
      ['e1 delivered'],
      'done',
    ],
    [
      'a contact that is not there is written for an event',
      'e',
      { ledger: takenBack },
      [],
      ['upsert', 'e1'],
      ['e1 delivered'],
      'done',
    ],
    [
      'nothing is sent for somebody who is not wanted',
      'ce',
      { desired: { kind: 'absent' } },
      [],
      [],
      ['e2 discarded', 'c1 unchanged'],
      'done',
    ],
    [
      'what we wrote is taken back',
      'ce',
      { desired: { kind: 'absent' }, ledger: there },
      [],
      ['remove'],
      ['e2 discarded', 'c1 delivered'],
      'done',
    ],
    [
      'what cannot be taken back stays',
      'c',
      {
        desired: { kind: 'absent' },
        ledger: there,
        provider: {
          canRemove: false,
          events: true,
          dropsRepeatedEvents: true,
          repeatsAmbiguousEvents: true,
          writes: WRITES,
        },
      },
      [],
      [],
      ['c1 unchanged'],
      'done',
    ],
    [
      'events for a vendor without events are discarded',
      'e',
      {
        ledger: refusedBefore,
        provider: {
          canRemove: true,
          events: false,
          dropsRepeatedEvents: true,
          repeatsAmbiguousEvents: true,
          writes: WRITES,
        },
      },
      [],
      [],
      ['e1 discarded'],
      'done',
    ],
    ['a refused contact holds its events', 'cee', {}, [refused], ['upsert'], ['c1 refused'], 'held'],
    [
      'a refused contact without events holds nothing',
      'c',
      {},
      [refused],
      ['upsert'],
      ['c1 refused'],
      'done',
    ],
    [
      'a refused event blocks nothing behind it',
      'eee',
      { ledger: there },
      [accepted, refused],
      ['e1', 'e2', 'e3'],
      ['e1 delivered', 'e2 refused', 'e3 delivered'],
      'done',
    ],
    [
      'an event that waits keeps those behind it waiting',
      'eee',
      { ledger: there },
      [accepted, unavailable],
      ['e1', 'e2'],
      ['e1 delivered'],
      'due',
    ],
    ['the same contact is not sent to be refused again', 'e', { ledger: refusedBefore }, [], [], [], 'held'],
    [
      'a changed configuration is a reason to try it again',
      'e',
      { ledger: refusedBefore, configVersion: 2 },
      [],
      ['upsert', 'e1'],
      ['e1 delivered'],
      'done',
    ],
    [
      'a lane longer than what is seen is not held by what is seen',
      'e',
      { ledger: refusedBefore, lane: { tailSeq: 60 } },
      [refused],
      ['upsert'],
      [],
      'held',
    ],
    [
      'an ambiguous event is repeated where that is harmless',
      'e',
      { ledger: there },
      [{ kind: 'ambiguous', code: 'vendor_timeout' }],
      ['e1'],
      [],
      'due',
    ],
    [
      'an ambiguous event is not repeated where it would be recorded twice',
      'e',
      {
        ledger: there,
        provider: {
          canRemove: true,
          events: true,
          dropsRepeatedEvents: false,
          repeatsAmbiguousEvents: false,
          writes: WRITES,
        },
      },
      [{ kind: 'ambiguous', code: 'vendor_timeout' }],
      ['e1'],
      ['e1 discarded'],
      'done',
    ],
    [
      'where the vendor would record a repeat, the next event waits until this one is written down',
      'cee',
      {
        ledger: there,
        provider: {
          canRemove: true,
          events: true,
          dropsRepeatedEvents: false,
          repeatsAmbiguousEvents: true,
          writes: WRITES,
        },
      },
      [],
      ['upsert', 'e2'],
      ['c1 delivered', 'e2 delivered'],
      'due',
    ],
    [
      'a closed connection cancels',
      'ce',
      { connection: 'closed', ledger: there },
      [],
      [],
      ['c1 cancelled', 'e2 cancelled'],
      'done',
    ],
    [
      'a connection on its way out takes back',
      'c',
      { connection: 'disconnecting', ledger: there },
      [],
      ['remove'],
      ['c1 delivered'],
      'done',
    ],
    [
      'what it cannot take back without a key is cancelled',
      'c',
      { connection: 'disconnecting', ledger: there },
      [unauthorised],
      ['remove'],
      ['c1 cancelled'],
      'done',
    ],
    [
      'a contact refused at the head of a long lane leaves the rest for later',
      'c',
      { lane: { tailSeq: 60 } },
      [refused],
      ['upsert'],
      ['c1 refused'],
      'due',
    ],
  ])('%s', (_rule, kinds, given, outcomes, steps, settled, next) => {
    const run = laneRun(kinds, given);
    expect(play(run, ...outcomes)).toEqual({ steps, settled });
    expect(run.result().next.kind).toBe(next);
  });
});

describe('attempts', () => {
  it.each<[string, Outcome, object]>([
    ['are used up by a vendor that is down', unavailable, { attempts: 4, inMs: 60_000, failing: true }],
    [
      'are used up by an answer that never came',
      { kind: 'ambiguous', code: 'vendor_timeout' },
      { attempts: 4, failing: true },
    ],
    [
      'are not used up by a vendor that asks for patience',
      throttled,
      { attempts: 3, inMs: 8_000, failing: true },
    ],
    ['are not used up by a key that no longer works', unauthorised, { attempts: 3, inMs: 0 }],
    [
      'are not used up by a request that was not sent',
      { kind: 'unavailable', code: 'send_withheld' },
      { attempts: 3, inMs: 0 },
    ],
    [
      'are not used up by a setting that names nothing',
      { kind: 'misconfigured', code: 'audience_missing', setting: 'audience' },
      { attempts: 3 },
    ],
  ])('%s', (_rule, outcome, next) => {
    const run = laneRun('c', { lane: { attempts: 3, failingForMs: GIVE_UP_AFTER_MS } });
    play(run, outcome);
    expect(run.result().next).toMatchObject({
      kind: 'due',
      lastCode: 'code' in outcome ? outcome.code : '',
      ...next,
    });
    const tried = outcome.kind !== 'unavailable' || outcome.code !== 'send_withheld';
    const attempt = { deliveryId: 'c1', number: 4, outcome: outcome.kind };
    expect(run.result().attempts).toMatchObject(tried ? [attempt] : []);
  });

  it.each<[string, string | undefined, readonly string[], string | undefined, 'held' | 'due']>([
    ['waits alone for the audience of a campaign', 'vip', ['all', 'vip'], 'all', 'held'],
    ['waits alone where only that one is wanted', undefined, ['vip'], 'all', 'held'],
    ['waits with everybody for the audience of all', 'all', ['all', 'vip'], 'all', 'due'],
    ['waits with everybody where it may be the audience of all', undefined, ['all', 'vip'], 'all', 'due'],
  ])('%s', (_rule, audience, audiences, defaultAudience, next) => {
    const run = laneRun('ce', {
      desired: { kind: 'present', contact: { ...contact, audiences } },
      ...(defaultAudience === undefined ? {} : { defaultAudience }),
    });
    const gone = audience === undefined ? {} : { audience };
    play(run, { kind: 'misconfigured', code: 'audience_missing', setting: 'audience', ...gone });
    const result = run.result();
    expect(result.next.kind).toBe(next);
    expect(result.settlements).toEqual([]);
    expect(result.findings).toEqual([
      expect.objectContaining(
        next === 'held' ? { kind: 'audiences_missing', audiences: ['vip'] } : { kind: 'misconfigured' },
      ),
    ]);
  });

  it('of the contact do not count for the event behind it', () => {
    const run = laneRun('ce', { lane: { attempts: 9, failingForMs: GIVE_UP_AFTER_MS } });
    play(run, accepted, unauthorised);
    expect(run.result().next).toMatchObject({ attempts: 0, failing: false });
  });

  it.each<[string, string, Given, string[]]>([
    ['a contact', 'ce', {}, ['c1 expired']],
    ['an event', 'ee', { ledger: there }, ['e1 expired', 'e2 delivered']],
    ['an event whose contact cannot be written', 'ee', {}, ['e1 expired']],
  ])('end for %s after ten of them and three days', (_what, kinds, given, settled) => {
    const lane = { attempts: 9, failingForMs: GIVE_UP_AFTER_MS };
    expect(play(laneRun(kinds, { ...given, lane }), unavailable).settled).toEqual(settled);
    expect(play(laneRun(kinds, { ...given, lane: { ...lane, attempts: 8 } }), unavailable).settled).toEqual(
      [],
    );
    expect(
      play(laneRun(kinds, { ...given, lane: { ...lane, failingForMs: 1_000 } }), unavailable).settled,
    ).toEqual([]);
  });
});

describe('what the ledger learns', () => {
  it('is what was written, also by a call that failed halfway; the contact is not there by that', () => {
    const run = laneRun('c');
    play(run, { ...refused, written: { fields: { rank: 7 } } });
    expect(run.result().ledger).toMatchObject({
      present: false,
      state: 'refused',
      written: { fields: { rank: 7 } },
    });
  });

  it('is nothing when the first try came to nothing', () => {
    const run = laneRun('c');
    play(run, unavailable);
    expect(run.result().ledger).toBeUndefined();
  });

  it('is that nothing of ours is left once it was taken back', () => {
    const run = laneRun('c', { desired: { kind: 'absent' }, ledger: there });
    play(run);
    expect(run.result().ledger).toMatchObject({ present: false, written: null });
  });
});

describe('after the lease of another worker ran out', () => {
  const absent = { kind: 'absent' } as const;

  it('everything is written once more when its last request can no longer land', () => {
    const early = laneRun('c', { ledger: there, lane: { rewriteInMs: 12_000 } });
    expect(early.next()).toMatchObject({ kind: 'upsert', change: { rewrite: true } });
    play(early);
    expect(early.result()).toMatchObject({ next: { kind: 'due', inMs: 12_000 }, rewritten: false });
    const due = laneRun('', { ledger: there, lane: { rewriteInMs: -1 } });
    expect(play(due).steps).toEqual(['upsert']);
    expect(due.result()).toMatchObject({ next: { kind: 'done' }, rewritten: true });
  });

  it('what was taken back is taken back once more', () => {
    const early = laneRun('c', { desired: absent, ledger: there, lane: { rewriteInMs: 12_000 } });
    expect(play(early).steps).toEqual(['remove']);
    expect(early.result().ledger).toMatchObject({ present: false, written });
    const due = laneRun('', {
      desired: absent,
      ledger: { ...takenBack, written },
      lane: { rewriteInMs: -1 },
    });
    expect(play(due).steps).toEqual(['remove']);
    expect(due.result().ledger).toMatchObject({ written: null });
  });

  it('a rewrite that cannot be made for days is dropped, and the events go on', () => {
    const run = laneRun('e', {
      ledger: there,
      lane: { rewriteInMs: -1, attempts: 9, failingForMs: GIVE_UP_AFTER_MS },
    });
    expect(play(run, unavailable)).toEqual({ steps: ['upsert'], settled: [] });
    expect(run.result()).toMatchObject({ rewritten: true, next: { kind: 'due', inMs: 0, attempts: 0 } });
  });

  it.each<[string, LedgerEntry, boolean | undefined]>([
    ['was written', there, undefined],
    ['failed', { ...there, state: 'retrying' }, true],
    ['was refused', { ...there, state: 'refused' }, true],
  ])('or when the last attempt %s, the ledger is believed accordingly', (_what, ledger, rewrite) => {
    const step = laneRun('c', { ledger }).next();
    expect(step.kind === 'upsert' && step.change.rewrite).toBe(rewrite);
  });
});
