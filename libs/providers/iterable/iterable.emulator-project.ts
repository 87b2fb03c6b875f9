import type { EmulatedConsent } from '@rekomi/provider-contract';

export type Data = Readonly<Record<string, unknown>>;

export interface ListRecord {
  readonly id: number;
  readonly name: string;
  readonly listType: 'Standard' | 'Dynamic' | 'Suppression' | 'Internal';
  /** Milliseconds, other than everywhere else. */
  readonly createdAt: number;
}

export interface EventRecord {
  readonly id: string;
  readonly name: string;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly data: Data;
}

/** What happened, in words that decide everything; stored before it is answered. */
export type Operation = { readonly project: string } & (
  | { readonly kind: 'list'; readonly list: ListRecord }
  | { readonly kind: 'list_gone'; readonly id: number }
  | {
      readonly kind: 'profile';
      readonly email: string;
      readonly at: number;
      readonly data: Data;
      readonly merge: boolean;
    }
  | { readonly kind: 'rename'; readonly email: string; readonly newEmail: string }
  | { readonly kind: 'join' | 'leave'; readonly email: string; readonly list: number }
  | { readonly kind: 'consent'; readonly email: string; readonly consent: EmulatedConsent }
  | { readonly kind: 'opt_out'; readonly email: string; readonly channels: readonly number[] }
  | { readonly kind: 'event'; readonly email: string; readonly at: number; readonly event: EventRecord }
);

export interface Person {
  readonly email: string;
  readonly signupAt: number;
  updatedAt: number;
  readonly data: Map<string, unknown>;
  readonly lists: Set<number>;
  /** Ids of channels opted out of. */
  readonly optedOut: Set<number>;
  /** Erased on request: not shown, and not taken again. */
  forgotten: boolean;
  readonly events: EventRecord[];
}

export interface ProjectConfig {
  readonly name: string;
  readonly region: 'us' | 'eu';
  readonly key: string;
  /** A key of the same project that may only read. */
  readonly readOnlyKey: string;
  /** Whether unknown profile fields are dropped, and which are known from the start. */
  readonly drops: boolean;
  readonly number: number;
}

/** Of the project's own making; the ids are the vendor's. */
export const CHANNELS = [
  { id: 501, name: 'Marketing Channel', channelType: 'Marketing', messageMedium: 'Email' },
  { id: 502, name: 'Transactional Channel', channelType: 'Transactional', messageMedium: 'Email' },
  { id: 503, name: 'Push Marketing Channel', channelType: 'Marketing', messageMedium: 'Push' },
  { id: 504, name: 'SMS Marketing Channel', channelType: 'Marketing', messageMedium: 'SMS' },
] as const;

const TEXT_FIELDS: readonly string[] = ['firstName', 'lastName', 'phoneNumber'];

/** One project: its people, its lists, and the type that each field got with its first value. */
export class Project {
  readonly people = new Map<string, Person>();
  readonly lists = new Map<number, ListRecord>();
  readonly fieldTypes = new Map<string, string>(TEXT_FIELDS.map((name) => [name, 'string']));
  /** By event name. */
  readonly eventTypes = new Map<string, Map<string, string>>();

  constructor(readonly config: ProjectConfig) {}

  find(email: string): Person | undefined {
    return this.people.get(email.toLowerCase());
  }

  apply(operation: Operation): void {
    switch (operation.kind) {
      case 'list':
        return void this.lists.set(operation.list.id, operation.list);
      case 'list_gone':
        this.lists.delete(operation.id);
        for (const { lists } of this.people.values()) lists.delete(operation.id);
        return;
      case 'profile':
        return this.write(operation);
      case 'rename':
        return this.rename(operation.email, operation.newEmail);
      case 'join':
        return void this.find(operation.email)?.lists.add(operation.list);
      case 'leave':
        return void this.find(operation.email)?.lists.delete(operation.list);
      case 'opt_out':
        for (const id of operation.channels) this.find(operation.email)?.optedOut.add(id);
        return;
      case 'consent':
        return this.setConsent(operation.email, operation.consent);
      case 'event':
        return this.record(operation);
    }
  }

  private write({ email, at, data, merge }: Operation & { readonly kind: 'profile' }): void {
    const person = this.personAt(email, at);
    person.updatedAt = at;
    for (const [name, value] of Object.entries(data)) {
      if (value === null) {
        person.data.delete(name);
        continue;
      }
      if (!this.fieldTypes.has(name)) this.fieldTypes.set(name, typeOf(value));
      const before = person.data.get(name);
      const joined = merge && typeOf(value) === 'object' && typeOf(before) === 'object';
      person.data.set(name, joined ? { ...(before as object), ...(value as object) } : value);
    }
  }

  private rename(email: string, newEmail: string): void {
    const person = this.find(email);
    if (person === undefined) return;
    this.people.delete(email.toLowerCase());
    this.people.set(newEmail.toLowerCase(), { ...person, email: newEmail });
  }

  private setConsent(email: string, consent: EmulatedConsent): void {
    const person = this.find(email);
    if (person === undefined) return;
    person.forgotten = consent === 'suppressed';
    if (consent === 'unsubscribed') person.optedOut.add(CHANNELS[0].id);
    if (consent === 'subscribed') person.optedOut.clear();
  }

  private record({ email, at, event }: Operation & { readonly kind: 'event' }): void {
    const types = this.eventTypes.get(event.name) ?? new Map<string, string>();
    this.eventTypes.set(event.name, types);
    for (const [name, value] of Object.entries(event.data)) {
      if (!types.has(name) && value !== null) types.set(name, typeOf(value));
    }
    const { events } = this.personAt(email, at);
    const known = events.findIndex(({ id }) => id === event.id);
    if (known < 0) events.push(event);
    else events[known] = event;
  }

  private personAt(email: string, at: number): Person {
    const known = this.find(email);
    if (known !== undefined) return known;
    const person: Person = {
      email,
      signupAt: at,
      updatedAt: at,
      data: new Map(),
      lists: new Set(),
      optedOut: new Set(),
      forgotten: false,
      events: [],
    };
    this.people.set(email.toLowerCase(), person);
    return person;
  }
}

/** As the vendor tells types apart, as far as it matters here. */
export function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? 'double' : typeof value;
}

/** `2021-02-02 21:50:47 +00:00` */
export function shownTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} +00:00`;
}
