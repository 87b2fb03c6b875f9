import {
  isSuccess,
  type CrmProvider,
  type Outcome,
  type ProviderCall,
  type ProviderManifest,
} from '@rekomi/provider-contract';
import { must, shown } from './checks.js';
import type { Connection } from './connection.js';
import { missing, missingEvent, told } from './landing.js';
import { happening, ledger, next, wish } from './people.js';
import type { Stage } from './stage.js';
import { audiencesAreTyped } from './vendor-kinds.js';

/** What came of an act, in the same words for every call. */
export interface Result {
  /** Kind and code, as told. */
  readonly kind: string;
  readonly code: string | undefined;
  readonly until: Date | undefined;
  readonly success: boolean;
  /** Why the success is not true; empty when it is, or when there is none. */
  readonly lies: readonly string[];
  readonly outcome?: Outcome;
}

/** A call with everything it needs, made ready on a stage. It can be made more than once. */
export interface Act {
  perform(connection: Connection): Promise<readonly Result[]>;
  /** The same call about somebody whom the vendor does not know, to learn how it says so. */
  aboutNobody?(connection: Connection): Promise<unknown>;
}

/** One way in which the engine calls a provider. */
export interface Scene {
  readonly call: ProviderCall;
  readonly name: string;
  readonly appliesTo: (manifest: ProviderManifest, provider: CrmProvider) => boolean;
  /** The preparation goes over a connection without faults. */
  readonly prepare: (stage: Stage) => Promise<Act>;
}

const always = (): boolean => true;
const withEvents = ({ capabilities }: ProviderManifest): boolean => capabilities.events !== 'none';
const withBulk = ({ capabilities }: ProviderManifest): boolean => capabilities.bulk !== undefined;
/** Enough for a batch to be a batch. */
const BATCH = 3;

/** One that nobody has: where tags have to be created, each act creates its own, as the rehearsal did. */
function freshTag(stage: Stage): string {
  return `spring${stage.number()}`;
}

const newContact: Scene = {
  call: 'upsertContact',
  name: 'a new contact',
  appliesTo: always,
  prepare: async (stage) => {
    const change = wish(stage, { tags: [freshTag(stage)] });
    return {
      perform: async (connection) => [contactResult(stage, change, await connection.upsert(change))],
    };
  },
};

const changedContact: Scene = {
  call: 'upsertContact',
  name: 'a changed contact',
  appliesTo: always,
  prepare: async (stage) => {
    const [goes, stays, comes] = [freshTag(stage), freshTag(stage), freshTag(stage)];
    const first = wish(stage, { tags: [goes, stays] });
    const before = await stage.connect().upsert(first);
    must(isSuccess(before), `a new contact came to ${told(before)}`);
    const change = next(first, before, {
      firstName: 'Noor',
      fullName: 'Noor van der Meer',
      tags: [stays, comes],
    });
    return {
      perform: async (connection) => [contactResult(stage, change, await connection.upsert(change))],
    };
  },
};

const event: Scene = {
  call: 'trackEvent',
  name: 'an event',
  appliesTo: withEvents,
  prepare: async (stage) => {
    const email = arrived(stage);
    const one = happening(stage, email);
    return {
      perform: async (connection) => [
        eventResult(() => missingEvent(stage, one), await connection.track(one)),
      ],
    };
  },
};

const contactsInBulk: Scene = {
  call: 'upsertContacts',
  name: 'several contacts at once',
  appliesTo: (manifest, provider) => withBulk(manifest) && provider.upsertContacts !== undefined,
  prepare: async (stage) => {
    const changes = Array.from({ length: BATCH }, () => wish(stage, { tags: [freshTag(stage)] }));
    return {
      perform: async (connection) => {
        const outcomes = await connection.upsertMany(changes);
        must(
          outcomes.length === changes.length,
          `${changes.length} contacts got ${outcomes.length} outcomes`,
        );
        return changes.map((change, index) => contactResult(stage, change, outcomes[index] as Outcome));
      },
    };
  },
};

const eventsInBulk: Scene = {
  call: 'trackEvents',
  name: 'several events at once',
  appliesTo: (manifest, provider) =>
    withBulk(manifest) && withEvents(manifest) && provider.trackEvents !== undefined,
  prepare: async (stage) => {
    const emails = [];
    for (let person = 0; person < BATCH; person += 1) emails.push(arrived(stage));
    const events = emails.map((email) => happening(stage, email));
    return {
      perform: async (connection) => {
        const outcomes = await connection.trackMany(events);
        must(outcomes.length === events.length, `${events.length} events got ${outcomes.length} outcomes`);
        return events.map((one, index) =>
          eventResult(() => missingEvent(stage, one), outcomes[index] as Outcome),
        );
      },
    };
  },
};

const removal: Scene = {
  call: 'removeContact',
  name: 'taking back',
  appliesTo: always,
  prepare: async (stage) => {
    const change = wish(stage, { tags: [freshTag(stage)] });
    const before = await stage.connect().upsert(change);
    must(isSuccess(before), `a new contact came to ${told(before)}`);
    const previous = ledger(change, before);
    return {
      perform: async (connection) => {
        const outcome = await connection.remove({ contactId: change.contactId, previous });
        return [resultOf(outcome, () => leftovers(stage, previous.email, previous, outcome))];
      },
      aboutNobody: (connection) =>
        connection.remove({ contactId: 'nobody', previous: { ...previous, email: stage.address() } }),
    };
  },
};

const listing: Scene = {
  call: 'listAudiences',
  name: 'the list of audiences',
  appliesTo: (manifest) => !audiencesAreTyped(manifest),
  prepare: async (stage) => {
    stage.audience();
    return {
      perform: async (connection) => {
        const page = await connection.list();
        const lies = (): readonly string[] => {
          if (page.kind !== 'page' || page.nextCursor !== undefined) return [];
          const listed = new Set(page.audiences.map(({ id }) => id));
          return stage.probe.audiences().flatMap(({ id }) => (listed.has(id) ? [] : [`the audience ${id}`]));
        };
        return [valueResult(page, page.kind === 'page', lies)];
      },
    };
  },
};

const reading: Scene = {
  call: 'readContact',
  name: 'a look at a contact',
  appliesTo: ({ capabilities }) => capabilities.readBack,
  prepare: async (stage) => {
    const email = arrived(stage);
    return {
      perform: async (connection) => {
        const look = await connection.read(email);
        const lies = (): readonly string[] => {
          if (look.kind === 'not_found') return [`${email} is there and was told as not found`];
          const same = look.kind === 'found' && look.snapshot.email.toLowerCase() === email.toLowerCase();
          return same ? [] : [`${email}, which was asked for`];
        };
        return [valueResult(look, look.kind === 'found' || look.kind === 'not_found', lies)];
      },
      aboutNobody: (connection) => connection.read(stage.address()),
    };
  },
};

const creation: Scene = {
  call: 'createAudience',
  name: 'a new audience',
  appliesTo: (manifest) => manifest.audience.creatable && !audiencesAreTyped(manifest),
  prepare: async (stage) => {
    const name = `Partners ${stage.number()}`;
    return {
      perform: async (connection) => {
        const made = await connection.create(name);
        const there = (): readonly string[] =>
          made.kind === 'created' && stage.probe.audiences().some(({ id }) => id === made.audience.id)
            ? []
            : [`the audience ${shown(made)}`];
        return [valueResult(made, made.kind === 'created', there)];
      },
    };
  },
};

const erasure: Scene = {
  call: 'eraseContact',
  name: 'an erasure',
  appliesTo: ({ capabilities }) => capabilities.eraseContact,
  prepare: async (stage) => {
    const email = arrived(stage);
    return {
      perform: async (connection) => {
        const outcome = await connection.erase(email);
        return [resultOf(outcome, () => (isErased(stage, email) ? [] : [`${email} is still there`]))];
      },
      aboutNobody: (connection) => connection.erase(stage.address()),
    };
  },
};

/** Every way of calling but verification, whose answers are told apart by other words. */
export const SCENES: readonly Scene[] = [
  newContact,
  changedContact,
  event,
  contactsInBulk,
  eventsInBulk,
  removal,
  listing,
  reading,
  creation,
  erasure,
];

export function scenesOf(provider: CrmProvider): readonly Scene[] {
  return SCENES.filter((scene) => scene.appliesTo(provider.manifest, provider));
}

/** Somebody who is at the vendor already, put there by the vendor's own means. */
export function arrived(stage: Stage): string {
  const email = stage.address();
  stage.probe.seed({ email, audiences: [stage.audience()], consent: 'subscribed' });
  must(stage.look(email), 'the emulator did not seed a contact');
  return email;
}

/** What is still there of what we had put there. */
export function leftovers(
  stage: Stage,
  email: string,
  previous: { readonly tags: readonly string[]; readonly audiences: readonly string[] },
  outcome: Outcome,
): readonly string[] {
  const seen = stage.look(email);
  if (seen === undefined) return [`${email} is gone, and a person is never deleted`];
  const warnings = (outcome.warnings ?? []).length > 0;
  return [
    ...previous.tags
      .filter((tag) => seen.tags.includes(tag) && !warnings)
      .map((tag) => `the tag ${tag} is still there, and no warning says so`),
    ...previous.audiences
      .filter((id) => seen.audiences.includes(id) && !warnings)
      .map((id) => `the membership of ${id} is still there, and no warning says so`),
  ];
}

export function isErased(stage: Stage, email: string): boolean {
  const seen = stage.look(email);
  return seen === undefined || seen.consent === 'suppressed';
}

function contactResult(stage: Stage, change: Parameters<typeof missing>[1], outcome: Outcome): Result {
  return resultOf(outcome, () => missing(stage, change, outcome));
}

function eventResult(lies: () => readonly string[], outcome: Outcome): Result {
  return resultOf(outcome, lies);
}

function resultOf(outcome: Outcome, lies: () => readonly string[]): Result {
  return { ...valueResult(outcome, isSuccess(outcome), lies), outcome };
}

function valueResult(
  value: { readonly kind: string },
  success: boolean,
  lies: () => readonly string[],
): Result {
  const { code, until } = value as { readonly code?: string; readonly until?: Date };
  return { kind: value.kind, code, until, success, lies: success ? lies() : [] };
}
