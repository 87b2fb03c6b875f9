import type { EmulatedConsent } from '@rekomi/provider-contract';

export type Data = Readonly<Record<string, unknown>>;

export interface AttributeRecord {
  readonly name: string;
  readonly category: string;
  readonly type: string;
}

export interface EventRecord {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
  readonly data: Data;
}

export type Operation =
  | { readonly kind: 'list'; readonly id: number; readonly name: string }
  | { readonly kind: 'list_gone'; readonly id: number }
  | { readonly kind: 'attribute'; readonly attribute: AttributeRecord }
  | { readonly kind: 'contact'; readonly email: string; readonly id: number; readonly at: number }
  | { readonly kind: 'values'; readonly id: number; readonly values: Data }
  | { readonly kind: 'flag'; readonly id: number; readonly blacklisted: boolean }
  | { readonly kind: 'consent'; readonly email: string; readonly consent: EmulatedConsent }
  | {
      readonly kind: 'lists';
      readonly id: number;
      readonly add: readonly number[];
      readonly remove: readonly number[];
    }
  | { readonly kind: 'list_left'; readonly email: string; readonly list: number }
  | { readonly kind: 'gone'; readonly id: number }
  | { readonly kind: 'event'; readonly id: number; readonly event: EventRecord };

export interface Contact {
  readonly id: number;
  email: string;
  readonly createdAt: number;
  readonly values: Map<string, unknown>;
  readonly lists: Set<number>;
  /** Lists left through a link in a mail. */
  readonly leftLists: Set<number>;
  blacklisted: boolean;
  readonly events: EventRecord[];
}

/** One account: contacts, lists, attributes. */
export class Account {
  readonly contacts = new Map<number, Contact>();
  readonly lists = new Map<number, string>();
  readonly attributes = new Map<string, AttributeRecord>();
  private highestContact = 0;
  private highestList = 1;

  get nextContact(): number {
    return this.highestContact + 1;
  }

  get nextList(): number {
    return this.highestList + 1;
  }

  find(email: string): Contact | undefined {
    const wanted = email.toLowerCase();
    return [...this.contacts.values()].find((contact) => contact.email.toLowerCase() === wanted);
  }

  apply(operation: Operation): void {
    switch (operation.kind) {
      case 'list':
        this.highestList = Math.max(this.highestList, operation.id);
        return void this.lists.set(operation.id, operation.name);
      case 'list_gone':
        this.lists.delete(operation.id);
        for (const { lists } of this.contacts.values()) lists.delete(operation.id);
        return;
      case 'attribute':
        return void this.attributes.set(operation.attribute.name, operation.attribute);
      case 'contact':
        return this.make(operation.id, operation.email, operation.at);
      case 'consent': {
        const contact = this.find(operation.email);
        if (contact !== undefined) contact.blacklisted = operation.consent === 'unsubscribed';
        return;
      }
      case 'list_left': {
        const contact = this.find(operation.email);
        contact?.lists.delete(operation.list);
        return void contact?.leftLists.add(operation.list);
      }
      case 'gone':
        return void this.contacts.delete(operation.id);
      default:
        this.change(operation);
    }
  }

  private change(operation: Operation & { readonly kind: 'values' | 'flag' | 'lists' | 'event' }): void {
    const contact = this.contacts.get(operation.id);
    if (contact === undefined) return;
    switch (operation.kind) {
      case 'values':
        return this.write(contact, operation.values);
      case 'flag':
        contact.blacklisted = operation.blacklisted;
        return;
      case 'lists':
        for (const list of operation.add) {
          contact.lists.add(list);
          // Not documented; the harsher of the two readings.
          contact.leftLists.delete(list);
        }
        for (const list of operation.remove) contact.lists.delete(list);
        return;
      case 'event':
        contact.events.push(operation.event);
    }
  }

  private make(id: number, email: string, createdAt: number): void {
    this.highestContact = Math.max(this.highestContact, id);
    const parts = { values: new Map(), lists: new Set<number>(), leftLists: new Set<number>(), events: [] };
    this.contacts.set(id, { id, email, createdAt, ...parts, blacklisted: false });
  }

  /** What the account has no attribute for, and what is of another type, is ignored without a word. */
  private write(contact: Contact, values: Data): void {
    for (const [name, value] of Object.entries(values)) {
      if (name === 'EMAIL' && typeof value === 'string') contact.email = value;
      const type = this.attributes.get(name)?.type;
      if (type !== undefined && fits(type, value)) contact.values.set(name, value);
    }
  }
}

function fits(type: string, value: unknown): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'float':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value);
    default:
      return false;
  }
}
