import type { EmulatedConsent } from '@rekomi/provider-contract';

export interface ListEntry {
  readonly id: string;
  readonly list: string;
  /** `1` subscribed, `2` unsubscribed; `0` and `3` are seen in reads and not explained. */
  readonly status: string;
  readonly sourceid: string;
}

export interface TagEntry {
  readonly id: string;
  readonly tag: string;
}

export interface Contact {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Field id → value. */
  readonly values: Readonly<Record<string, string>>;
  readonly lists: readonly ListEntry[];
  readonly tags: readonly TagEntry[];
}

export interface Tag {
  readonly id: string;
  readonly tag: string;
  readonly tagType: 'contact' | 'template';
}

export interface Field {
  readonly id: string;
  readonly title: string;
  readonly perstag: string;
}

export interface List {
  readonly id: string;
  readonly name: string;
}

export interface SpawnedEvent {
  readonly name: string;
  /** One text, as it came. */
  readonly eventdata: string;
}

export interface ImportedContact {
  readonly email: string;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly tags?: readonly string[];
  readonly fields?: readonly { readonly id: number | string; readonly value: string }[];
  readonly subscribe?: readonly { readonly listid: number | string }[];
}

export interface Import {
  readonly id: string;
  /** When it is worked on; milliseconds since 1970. */
  readonly due: number;
  readonly contacts: readonly ImportedContact[];
}

/** What happens in one account. `next` is the first id that is free afterwards. */
export type Change =
  | { readonly k: 'contact'; readonly contact: Contact; readonly next: number }
  | { readonly k: 'contact_gone'; readonly id: string }
  | { readonly k: 'event'; readonly contact: string; readonly event: SpawnedEvent }
  | { readonly k: 'tag'; readonly tag: Tag; readonly next: number }
  | { readonly k: 'field'; readonly field: Field; readonly next: number }
  | { readonly k: 'list'; readonly list: List; readonly next: number }
  | { readonly k: 'list_gone'; readonly id: string }
  | { readonly k: 'event_name'; readonly name: string }
  | { readonly k: 'tracking'; readonly enabled: boolean }
  | { readonly k: 'import'; readonly job: Import; readonly next: number }
  | { readonly k: 'imported'; readonly id: string };

/** Plain data: what happened, with everything that decides its effect. `a` is the account. */
export type Operation =
  | (Change & { readonly a: string })
  | { readonly k: 'revoked'; readonly revoked: boolean }
  | { readonly k: 'reset' };

export interface Account {
  readonly host: string;
  readonly apiKey: string;
  readonly actid: string;
  readonly eventKey: string;
  readonly contacts: Map<string, Contact>;
  readonly events: Map<string, readonly SpawnedEvent[]>;
  readonly tags: Map<string, Tag>;
  readonly fields: Map<string, Field>;
  readonly lists: Map<string, List>;
  readonly eventNames: Set<string>;
  readonly imports: Map<string, Import>;
  tracking: boolean;
  next: number;
}

const KEYS = [
  {
    host: 'acme-partners.api-us1.com',
    apiKey: 'ac0ffee0ac0ffee0ac0ffee0ac0ffee0ac0ffee0ac0ffee0ac0ffee0ac0ffee0',
    actid: '1000123456',
    eventKey: 'e0e0cafe0e0e0cafe0e0e0cafe0e0e0cafe0e0e0',
  },
  {
    host: 'acme-europe.activehosted.com',
    apiKey: 'decade00decade00decade00decade00decade00decade00decade00decade00',
    actid: '1000654321',
    eventKey: 'e0e0f00d0e0e0f00d0e0e0f00d0e0e0f00d0e0e0',
  },
] as const;

export function demoAccounts(): readonly Account[] {
  return KEYS.map((keys) => {
    const account: Account = {
      ...keys,
      contacts: new Map(),
      events: new Map(),
      tags: new Map([['9', { id: '9', tag: 'Rekomi affiliate', tagType: 'template' }]]),
      fields: new Map(
        ['rekomi_status', 'rekomi_tier', 'rekomi_favourite'].map((title, index) => {
          const id = String(index + 1);
          return [id, { id, title, perstag: title.toUpperCase() }];
        }),
      ),
      lists: new Map([
        ['7', { id: '7', name: 'Affiliates' }],
        ['8', { id: '8', name: 'Newsletter' }],
      ]),
      eventNames: new Set(['__pagevisit']),
      imports: new Map(),
      tracking: true,
      next: 10,
    };
    return account;
  });
}

/** Hands out ids while an answer is made; the account itself changes only when the operation is applied. */
export class Ids {
  constructor(public next: number) {}

  take(): string {
    this.next += 1;
    return String(this.next - 1);
  }
}

export function findByEmail({ contacts }: Pick<Account, 'contacts'>, email: string): Contact | undefined {
  const wanted = email.trim().toLowerCase();
  return [...contacts.values()].find((contact) => contact.email.toLowerCase() === wanted);
}

const STATUS: Readonly<Partial<Record<EmulatedConsent, string>>> = {
  subscribed: '1',
  unsubscribed: '2',
  bounced: '3',
  pending: '0',
};

export function statusOf(consent: EmulatedConsent): string {
  return STATUS[consent] ?? '1';
}

/** Of all lists together; the lowest counts. */
export function consentOf({ lists }: Contact): EmulatedConsent {
  const statuses = lists.map(({ status }) => status);
  const lowest = (['unsubscribed', 'bounced', 'pending', 'subscribed'] as const).find((consent) =>
    statuses.includes(statusOf(consent)),
  );
  return lowest ?? 'none';
}

export function applyTo(account: Account, change: Change): void {
  if ('next' in change) account.next = Math.max(account.next, change.next);
  switch (change.k) {
    case 'contact':
      account.contacts.set(change.contact.id, change.contact);
      return;
    case 'contact_gone':
      account.contacts.delete(change.id);
      account.events.delete(change.id);
      return;
    case 'event':
      account.events.set(change.contact, [...(account.events.get(change.contact) ?? []), change.event]);
      account.eventNames.add(change.event.name);
      return;
    case 'tag':
      account.tags.set(change.tag.id, change.tag);
      return;
    case 'field':
      account.fields.set(change.field.id, change.field);
      return;
    case 'list':
      account.lists.set(change.list.id, change.list);
      return;
    case 'list_gone':
      account.lists.delete(change.id);
      for (const contact of account.contacts.values()) {
        const lists = contact.lists.filter(({ list }) => list !== change.id);
        if (lists.length < contact.lists.length) account.contacts.set(contact.id, { ...contact, lists });
      }
      return;
    case 'event_name':
      account.eventNames.add(change.name);
      return;
    case 'tracking':
      account.tracking = change.enabled;
      return;
    case 'import':
      account.imports.set(change.job.id, change.job);
      return;
    case 'imported':
      account.imports.delete(change.id);
  }
}
