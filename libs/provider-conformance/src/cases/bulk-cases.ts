import {
  isSuccess,
  type ContactChange,
  type Outcome,
  type ProviderManifest,
  type VendorRequest,
} from '@rekomi/provider-contract';
import { Findings, must, shown } from '../checks.js';
import { claimsAbout } from '../claims.js';
import type { ConformanceCase } from '../conformance-case.js';
import type { Connection, FaultPlan } from '../connection.js';
import { missing, missingEvent, told } from '../landing.js';
import { happening, ledger, next, wish } from '../people.js';
import { arrived } from '../scenes.js';
import type { Subject } from '../subject.js';

const withBulk = ({ capabilities }: ProviderManifest, { provider }: Subject): true | string => {
  if (capabilities.bulk === undefined) return 'There are no bulk calls.';
  return provider.upsertContacts === undefined ? 'There is no bulk call for contacts.' : true;
};

/** So many that a batch is a batch, and not so many that a run takes long. */
const CROWD = 25;
const MOST = 1000;
/** Enough that most vendors' batches are full of bytes before they are full of items. */
const BYTES_OF_EACH = 900;

const everyItem: ConformanceCase = {
  id: 'bulk-every-item',
  title: 'Each of many contacts gets its own outcome, in order, and a success is true',
  rule: 'bulk',
  proves: claimsAbout('bulk:'),
  appliesTo: withBulk,
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const people = here.count();
    const findings = new Findings();
    const none = await here.connect().upsertMany([]);
    findings.unless(none.length === 0, 'no contact got an outcome');
    const changes = Array.from({ length: CROWD }, (_, index) =>
      wish(here, { firstName: `Person ${index}`, fullName: `Person ${index} van der Meer` }),
    );
    const outcomes = await here.connect().upsertMany(changes);
    must(outcomes.length === CROWD, `${CROWD} contacts got ${outcomes.length} outcomes`);
    for (const [index, change] of changes.entries()) {
      const outcome = outcomes[index] as Outcome;
      findings.unless(isSuccess(outcome), `contact ${index + 1} came to ${told(outcome)}`);
      if (isSuccess(outcome))
        for (const gap of missing(here, change, outcome)) findings.add(`missing: ${gap}`);
      if (manifest.capabilities.bulk?.results === 'job') {
        findings.unless(
          outcome.kind !== 'confirmed',
          `contact ${index + 1} was told as confirmed while a job works on it`,
        );
      }
    }
    findings.unless(
      here.count() === people + CROWD,
      `${here.count() - people} contacts came into being, not ${CROWD}`,
    );
    const again = await here
      .connect()
      .upsertMany(
        changes.map((change, index) => ({ ...change, previous: ledger(change, outcomes[index] as Outcome) })),
      );
    for (const [index, outcome] of again.entries()) {
      findings.unless(isSuccess(outcome), `contact ${index + 1} again came to ${told(outcome)}`);
    }
    findings.unless(here.count() === people + CROWD, 'the same contacts again made others');
    findings.settle();
  },
};

const badItem: ConformanceCase = {
  id: 'bulk-bad-item',
  title: 'One item that the vendor does not take costs no other item of the batch',
  rule: 'bad-parts',
  appliesTo: withBulk,
  run: async ({ stage }) => {
    const here = await stage();
    const findings = new Findings();
    const bad = [`${'a'.repeat(400)}@partners.example.net`, 'two@signs@partners.example.net', ''];
    for (const email of bad) {
      const good = [wish(here), wish(here), wish(here), wish(here)];
      const changes = [...good.slice(0, 2), wish(here, { email }), ...good.slice(2)];
      const outcomes = await here.connect().upsertAll(changes);
      must(outcomes.length === changes.length, `${changes.length} contacts got ${outcomes.length} outcomes`);
      const others = [0, 1, 3, 4];
      for (const index of others) {
        const [change, outcome] = [changes[index] as ContactChange, outcomes[index] as Outcome];
        findings.unless(
          isSuccess(outcome),
          `beside ${shown(email.slice(0, 30))}, contact ${index + 1} came to ${told(outcome)}`,
        );
        if (isSuccess(outcome))
          for (const gap of missing(here, change, outcome)) findings.add(`missing: ${gap}`);
      }
      const own = outcomes[2] as Outcome;
      // `accepted` promises nothing: the vendor may drop in silence what it took.
      const there = email !== '' && here.look(email) !== undefined;
      const wrong = there ? !isSuccess(own) : own.kind === 'confirmed' || own.kind === 'unchanged';
      findings.unless(
        !wrong,
        `${shown(email.slice(0, 30))} came to ${told(own)}, and the vendor says the opposite`,
      );
    }
    findings.settle();
  },
};

const refusedWhole: ConformanceCase = {
  id: 'bulk-refused-whole',
  title:
    'A batch that is refused with nobody named is divided until the one at fault stands alone, and no other is lost',
  rule: 'bad-parts',
  appliesTo: withBulk,
  run: async ({ subject, manifest, stage }) => {
    const here = await stage();
    const findings = new Findings();
    // Known already and in no audience to come, so that every vendor takes them by its bulk call alone.
    const first = Array.from({ length: CROWD }, () => wish(here));
    const made = await here.connect().upsertAll(first);
    here.probe.settle();
    const changes = first.map((change, index) =>
      next(change, made[index] as Outcome, { firstName: 'Zora', fullName: 'Zora van der Meer' }),
    );
    const bad = changes[AT_FAULT]?.desired.email ?? '';
    const connection = here.connect({ fault: refuseEachHolding(bad) });
    const outcomes = await connection.upsertAll(changes);
    for (const [index, change] of changes.entries()) {
      const outcome = outcomes[index] as Outcome;
      if (index !== AT_FAULT)
        findings.unless(isSuccess(outcome), `contact ${index + 1} came to ${told(outcome)}`);
      if (isSuccess(outcome))
        for (const gap of missing(here, change, outcome)) findings.add(`missing: ${gap}`);
      if (index === AT_FAULT && !isSuccess(outcome))
        findings.unless(outcome.kind === 'refused', `the one at fault came to ${told(outcome)}`);
    }
    expectFewRefusals(connection, findings);
    if (manifest.capabilities.events !== 'none' && subject.provider.trackEvents !== undefined) {
      const events = changes.map(({ desired }) => happening(here, desired.email));
      const tracking = here.connect({ fault: refuseEachHolding(bad) });
      const recorded = await tracking.trackAll(events);
      for (const [index, event] of events.entries()) {
        const outcome = recorded[index] as Outcome;
        if (index !== AT_FAULT)
          findings.unless(isSuccess(outcome), `event ${index + 1} came to ${told(outcome)}`);
        if (isSuccess(outcome)) for (const gap of missingEvent(here, event)) findings.add(`missing: ${gap}`);
      }
      const seen = changes
        .filter((_, index) => index !== AT_FAULT)
        .map(({ desired }) => here.look(desired.email)?.events);
      if (manifest.capabilities.events === 'native')
        findings.unless(
          seen.every((list) => list?.length === 1),
          'an event was recorded more than once',
        );
      expectFewRefusals(tracking, findings);
    }
    findings.settle();
  },
};

/** Neither the first nor the last, nor in the middle. */
const AT_FAULT = 17;
/** Of 25, five halvings and what the vendor needs for the one at fault alone. */
const MOST_REFUSALS = 9;

/** Refuses every write that this address is in, with words that name nobody. */
function refuseEachHolding(email: string): FaultPlan {
  return (request) =>
    request.method !== 'GET' && bodyOf(request).includes(JSON.stringify(email)) ? REFUSE : undefined;
}

function bodyOf({ json, jsonText, form }: VendorRequest): string {
  return jsonText ?? JSON.stringify(json ?? form ?? '');
}

const REFUSE = 'answer;400:refusal';

function expectFewRefusals({ sent }: Connection, findings: Findings): void {
  const refusals = sent.filter(({ answer }) => answer.kind === 'answered' && answer.status === 400).length;
  findings.unless(refusals <= MOST_REFUSALS, `${refusals} requests were refused for one person of ${CROWD}`);
}

const slices: ConformanceCase = {
  id: 'bulk-slices',
  title: 'The record of one person in a batch holds nothing of another person',
  rule: 'bulk',
  appliesTo: withBulk,
  run: async ({ subject, manifest, stage }) => {
    const here = await stage();
    const findings = new Findings();
    const changes = Array.from({ length: 5 }, () => wish(here));
    const outcomes = [...(await here.connect().upsertMany(changes))];
    const owners = changes.map(({ desired }) => desired.email);
    if (manifest.capabilities.events !== 'none' && subject.provider.trackEvents !== undefined) {
      outcomes.push(...(await here.connect().trackMany(owners.map((email) => happening(here, email)))));
      owners.push(...owners);
    }
    for (const [index, outcome] of outcomes.entries()) {
      const own = owners[index] ?? '';
      findings.unless(outcome.slice !== undefined, `outcome ${index + 1} has no slice`);
      const text = JSON.stringify(outcome.slice ?? {});
      const foreign = owners.find((email) => email !== own && text.includes(`"${email}"`));
      findings.unless(foreign === undefined, `the slice of ${own} names ${String(foreign)}`);
    }
    findings.settle();
  },
};

const sizes: ConformanceCase = {
  id: 'bulk-sizes',
  title: 'A batch as large as the manifest allows arrives whole, in requests of no more bytes than it says',
  rule: 'bulk',
  proves: claimsAbout('bulk sizes:'),
  appliesTo: withBulk,
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const people = here.count();
    const most = Math.min(manifest.capabilities.bulk?.maximumItems ?? 1, MOST);
    here.probe.addField?.('note');
    const attributes = { note: 'ü'.repeat(BYTES_OF_EACH / 2) };
    const changes = Array.from({ length: most }, () => wish(here, { attributes }));
    const connection = here.connect();
    const outcomes = await connection.upsertMany(changes);
    const bytes = Math.max(...connection.sent.map(({ request }) => Buffer.byteLength(bodyOf(request))));
    const allowed = manifest.capabilities.bulk?.maximumBytes ?? 0;
    must(bytes <= allowed, `a request had ${bytes} bytes; the manifest allows ${allowed}`);
    must(outcomes.length === most, `${most} contacts got ${outcomes.length} outcomes`);
    const failed = outcomes.find((outcome) => !isSuccess(outcome));
    must(failed === undefined, `of ${most} contacts one came to ${failed === undefined ? '' : told(failed)}`);
    must(here.count() === people + most, `${here.count() - people} of ${most} contacts came into being`);
  },
};

const eventsInBulk: ConformanceCase = {
  id: 'bulk-events',
  title: 'Events in bulk arrive once each, in order for each person, with their dedupe ids',
  rule: 'bulk',
  proves: (manifest) => (manifest.capabilities.bulk === undefined ? [] : claimsAbout('bulk: ')(manifest)),
  appliesTo: ({ capabilities }, { provider }) => {
    if (capabilities.bulk === undefined) return 'There are no bulk calls.';
    return capabilities.events === 'none' || provider.trackEvents === undefined
      ? 'There is no bulk call for events.'
      : true;
  },
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const findings = new Findings();
    const [one, other] = [arrived(here), arrived(here)];
    const names = ['affiliate_approved', 'commission_earned', 'payout_sent'];
    const events = names.flatMap((name) => [
      happening(here, one, { name }),
      happening(here, other, { name }),
    ]);
    const none = await here.connect().trackMany([]);
    findings.unless(none.length === 0, 'no event got an outcome');
    for (let again = 0; again < 2; again += 1) {
      const outcomes = await here.connect().trackMany(events);
      must(outcomes.length === events.length, `${events.length} events got ${outcomes.length} outcomes`);
      for (const [index, outcome] of outcomes.entries()) {
        findings.unless(isSuccess(outcome), `event ${index + 1} came to ${told(outcome)}`);
      }
      for (const event of events)
        for (const gap of missingEvent(here, event)) findings.add(`missing: ${gap}`);
      if (manifest.capabilities.eventDedupe === 'none') break;
    }
    if (manifest.capabilities.events === 'native') {
      for (const email of [one, other]) {
        const seen = (here.look(email)?.events ?? []).map(({ name }) => name).join();
        findings.unless(seen === names.join(), `${email} has the events ${seen}`);
      }
    }
    findings.settle();
  },
};

const repeatedAddress: ConformanceCase = {
  id: 'bulk-same-address-twice',
  title: 'The same person twice in a batch is one contact, and both items get an outcome',
  rule: 'bulk',
  appliesTo: withBulk,
  run: async ({ stage }) => {
    const here = await stage();
    const people = here.count();
    const first = wish(here);
    const second = wish(here, { email: first.desired.email, tags: ['spring', 'gold'] });
    const outcomes = await here.connect().upsertMany([first, wish(here), second]);
    must(outcomes.length === 3, `three items got ${outcomes.length} outcomes`);
    must(here.count() <= people + 2, `${here.count() - people} contacts came into being`);
    const last = outcomes[2] as Outcome;
    if (isSuccess(last)) {
      const gaps = missing(here, second, last);
      must(gaps.length === 0, `missing: ${gaps.join(', ')}`);
    }
  },
};

export const BULK_CASES = [everyItem, badItem, refusedWhole, slices, sizes, eventsInBulk, repeatedAddress];
