import { eventTag, isSuccess, type ProviderManifest } from '@rekomi/provider-contract';
import { Findings, must, shown } from '../checks.js';
import { claimsAbout } from '../claims.js';
import type { ConformanceCase } from '../conformance-case.js';
import { eventsOf, holds, missingEvent, told } from '../landing.js';
import { happening } from '../people.js';
import { arrived } from '../scenes.js';

const withEvents = ({ capabilities }: ProviderManifest): true | string =>
  capabilities.events === 'none' ? 'The vendor takes no events.' : true;

const nativeEvents = ({ capabilities }: ProviderManifest): true | string => {
  if (capabilities.events === 'none') return 'The vendor takes no events.';
  return capabilities.events === 'native'
    ? true
    : 'The vendor has no events of its own; a substitute stands for them.';
};

const dedupes = (manifest: ProviderManifest): true | string => {
  const native = nativeEvents(manifest);
  if (native !== true) return native;
  return manifest.capabilities.eventDedupe === 'none'
    ? 'The vendor has no id by which it drops repeats.'
    : true;
};

const landsWhole: ConformanceCase = {
  id: 'event-arrives',
  title: 'An event arrives with its name, its data and the moment at which it happened',
  rule: 'events',
  proves: claimsAbout('events: native'),
  appliesTo: nativeEvents,
  run: async ({ stage }) => {
    const here = await stage();
    const email = arrived(here);
    const event = happening(here, email, {
      occurredAt: new Date(here.clock.now() - 3_600_000).toISOString(),
      data: { reference: 'ref-1', amount: 1250, currency: 'EUR', note: 'Zoë & “friends”' },
    });
    const outcome = await here.connect().track(event);
    must(isSuccess(outcome), `an event came to ${told(outcome)}`);
    const [seen, ...more] = eventsOf(here.look(email) ?? ({ events: [] } as never), event);
    must(seen, 'the event is not at the vendor');
    must(more.length === 0, `the event is there ${more.length + 1} times`);
    if (seen.at !== undefined) {
      const off = Math.abs(Date.parse(seen.at) - Date.parse(event.occurredAt));
      must(off < 1000, `the event happened at ${event.occurredAt}, and the vendor has ${seen.at}`);
    }
    const dropped = new Set((outcome.warnings ?? []).map(({ field }) => field));
    for (const [key, value] of Object.entries(event.data)) {
      must(
        holds(seen.data, value) || dropped.has(key),
        `${key} = ${shown(value)} is not in the vendor’s ${shown(seen.data)}`,
      );
    }
  },
};

const substitute: ConformanceCase = {
  id: 'event-substitute',
  title: 'Where there are no events, what stands for one is there and is told as ours',
  rule: 'events',
  proves: claimsAbout('events: tag', 'events: attribute', 'event dedupe:', 'ambiguous events:'),
  appliesTo: ({ capabilities }) =>
    ['tag', 'attribute'].includes(capabilities.events) ? true : 'Events need no substitute here.',
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const email = arrived(here);
    const event = happening(here, email);
    const outcome = await here.connect().track(event);
    must(isSuccess(outcome), `an event came to ${told(outcome)}`);
    const gaps = missingEvent(here, event);
    must(gaps.length === 0, `missing: ${gaps.join(', ')}`);
    if (manifest.capabilities.events === 'tag') {
      const tags = outcome.written?.tagsAdded ?? [];
      must(tags.includes(eventTag(event.name)), `\`written\` does not tell the tag ${eventTag(event.name)}`);
    }
    const before = here.look(email);
    const again = await here.connect().track(event);
    must(isSuccess(again), `the same event again came to ${told(again)}`);
    must(here.look(email)?.tags.length === before?.tags.length, 'the same event again left another tag');
  },
};

const inOrder: ConformanceCase = {
  id: 'events-in-order',
  title: 'Events one after the other stand at the vendor in the order in which they were sent',
  rule: 'events',
  appliesTo: nativeEvents,
  run: async ({ stage }) => {
    const here = await stage();
    const email = arrived(here);
    const names = ['affiliate_approved', 'commission_earned', 'payout_sent', 'commission_earned'];
    for (const name of names) {
      const outcome = await here.connect().track(happening(here, email, { name }));
      must(isSuccess(outcome), `the event ${name} came to ${told(outcome)}`);
    }
    const seen = (here.look(email)?.events ?? []).map(({ name }) => name);
    must(seen.join() === names.join(), `sent ${names.join(', ')}; the vendor has ${seen.join(', ')}`);
  },
};

const once: ConformanceCase = {
  id: 'event-repeated-once',
  title: 'The same event again is there once: it carries the same dedupe id on every retry',
  rule: 'dedupe',
  proves: claimsAbout('event dedupe:', 'ambiguous events:'),
  appliesTo: dedupes,
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const email = arrived(here);
    const event = happening(here, email);
    const retry = here.connect({ fault: (_, index) => (index === 0 ? 'apply-then-hang' : undefined) });
    const first = await retry.track(event);
    must(!isSuccess(first), `an event without an answer came to ${told(first)}`);
    for (let again = 0; again < 2; again += 1) {
      const outcome = await here.connect().track(event);
      must(isSuccess(outcome), `the same event again came to ${told(outcome)}`);
    }
    const seen = eventsOf(here.look(email) as NonNullable<ReturnType<typeof here.look>>, event);
    must(seen.length === 1, `the event is there ${seen.length} times`);
    const id = seen[0]?.dedupeId;
    must(id, 'the vendor got no dedupe id');
    const shape = {
      ulid: /^[0-9A-HJKMNP-TV-Z]{26}$/,
      uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      text: /./,
      none: /./,
    };
    must(
      shape[manifest.capabilities.eventDedupe].test(id),
      `the dedupe id ${id} is no ${manifest.capabilities.eventDedupe}`,
    );
  },
};

const different: ConformanceCase = {
  id: 'events-alike-both-there',
  title: 'Two events that only look alike are both there',
  rule: 'dedupe',
  appliesTo: nativeEvents,
  run: async ({ stage }) => {
    const here = await stage();
    const email = arrived(here);
    const data = { reference: 'twice', amount: 100, currency: 'EUR' };
    const events = [happening(here, email, { data }), happening(here, email, { data })];
    for (const event of events) {
      const outcome = await here.connect().track(event);
      must(isSuccess(outcome), `an event came to ${told(outcome)}`);
    }
    const seen = here.look(email)?.events ?? [];
    must(seen.length === 2, `two events were sent, and ${seen.length} are there`);
    const ids = seen.flatMap(({ dedupeId }) => dedupeId ?? []);
    must(new Set(ids).size === ids.length, 'two events carry the same dedupe id');
  },
};

const ambiguous: ConformanceCase = {
  id: 'event-without-dedupe-told',
  title:
    'Without a dedupe id, an event whose answer was lost is told as ambiguous, so that the engine can decide',
  rule: 'dedupe',
  proves: claimsAbout('event dedupe: none', 'ambiguous events:'),
  appliesTo: (manifest) => {
    const native = nativeEvents(manifest);
    if (native !== true) return native;
    return manifest.capabilities.eventDedupe === 'none' ? true : 'The vendor drops repeats.';
  },
  run: async ({ stage }) => {
    const here = await stage();
    const email = arrived(here);
    const rehearsal = here.connect();
    const from = here.emulator.arrivals.length;
    await rehearsal.track(happening(here, email));
    const at = here.emulator.arrivals.slice(from).findIndex(({ wrote }) => wrote);
    must(at >= 0, 'no request of an event changed anything at the vendor');
    for (const fault of ['apply-then-hang', 'apply-then-reset']) {
      const plan = (_: unknown, index: number): string | undefined => (index === at ? fault : undefined);
      const outcome = await here.connect({ fault: plan }).track(happening(here, email));
      must(outcome.kind === 'ambiguous', `after ${fault} an event came to ${told(outcome)}`);
    }
  },
};

const unknownPerson: ConformanceCase = {
  id: 'event-creates-nobody',
  title: 'An event about somebody whom the vendor does not know creates no contact',
  rule: 'contact-before-event',
  proves: claimsAbout('events create no contacts'),
  appliesTo: (manifest) => {
    const some = withEvents(manifest);
    if (some !== true) return some;
    return manifest.capabilities.eventsCreateContacts === true
      ? 'The vendor creates one and has no flag against it; the engine sends the contact first.'
      : true;
  },
  run: async ({ stage }) => {
    const here = await stage();
    const people = here.count();
    const email = here.address();
    const outcome = await here.connect().track(happening(here, email));
    must(
      here.look(email) === undefined && here.count() === people,
      `the event created a contact (${told(outcome)})`,
    );
    must(outcome.kind !== 'confirmed', 'an event for nobody was told as confirmed');
  },
};

const knownToCreate: ConformanceCase = {
  id: 'event-creates-contact-is-true',
  title: 'The vendor does create a contact for an event about somebody unknown, as the manifest says',
  rule: 'contact-before-event',
  proves: claimsAbout('events create contacts'),
  appliesTo: ({ capabilities }) =>
    capabilities.eventsCreateContacts === true ? true : 'The manifest does not say so.',
  run: async ({ stage }) => {
    const here = await stage();
    const email = here.address();
    await here.connect().track(happening(here, email));
    must(here.look(email), 'no contact came into being: the provider can do without this exception');
  },
};

const hostileData: ConformanceCase = {
  id: 'event-data-of-all-kinds',
  title: 'Nested, foreign and impossible data do not keep an event from arriving',
  rule: 'bad-parts',
  appliesTo: nativeEvents,
  run: async ({ manifest, stage }) => {
    const here = await stage();
    const findings = new Findings();
    const reserved = Object.fromEntries(
      manifest.reservedEventKeys.map((key) => [key, 'someone@example.org']),
    );
    const kinds: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      'no data': {},
      'nested data': { order: { id: 7, lines: [{ sku: 'a', price: 100 }] } },
      'foreign scripts': { título: 'Ação', 名前: '田中', emoji: '🎉' },
      'reserved keys': reserved,
      'missing values': { nothing: undefined, empty: null, blank: '' },
      'no numbers': { nan: Number.NaN, endless: Number.POSITIVE_INFINITY },
    };
    for (const [what, data] of Object.entries(kinds)) {
      const email = arrived(here);
      const event = happening(here, email, { data });
      const outcome = await here.connect().track(event);
      findings.unless(isSuccess(outcome), `an event with ${what} came to ${told(outcome)}`);
      if (isSuccess(outcome))
        for (const gap of missingEvent(here, event)) findings.add(`${what}: ${gap} is missing`);
      const [seen] = here.look(email)?.events ?? [];
      for (const key of Object.keys(data).filter((name) => manifest.reservedEventKeys.includes(name))) {
        findings.unless(!(key in (seen?.data ?? {})), `the reserved key ${key} reached the vendor`);
      }
    }
    findings.settle();
  },
};

const impossible: ConformanceCase = {
  id: 'event-impossible-refused',
  title: 'An event that cannot be told to the vendor is refused or shortened, never lost in silence',
  rule: 'events',
  appliesTo: nativeEvents,
  run: async ({ stage }) => {
    const here = await stage();
    const findings = new Findings();
    const cases = [
      { what: 'a time that is none', more: { occurredAt: 'yesterday' } },
      { what: 'a name of 300 characters', more: { name: 'n'.repeat(300) } },
      { what: 'data of 2 MB', more: { data: { text: 'x'.repeat(2_000_000) } } },
    ];
    for (const { what, more } of cases) {
      const email = arrived(here);
      const outcome = await here.connect().track(happening(here, email, more));
      const count = here.look(email)?.events.length ?? 0;
      const claimed = isSuccess(outcome);
      findings.unless(
        claimed === count > 0,
        `an event with ${what} came to ${told(outcome)}, and ${count} are there`,
      );
      findings.unless(
        !claimed ||
          !what.startsWith('data') ||
          (outcome.warnings ?? []).length > 0 ||
          holds(here.look(email)?.events[0]?.data, more.data?.text),
        `an event with ${what} arrived without a warning and without its data`,
      );
    }
    findings.settle();
  },
};

export const EVENT_CASES = [
  landsWhole,
  substitute,
  inOrder,
  once,
  different,
  ambiguous,
  unknownPerson,
  knownToCreate,
  hostileData,
  impossible,
];
