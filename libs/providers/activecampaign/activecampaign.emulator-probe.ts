import type {
  EmulatedAccount,
  EmulatedConsent,
  EmulatedContact,
  EmulatorProbe,
} from '@rekomi/provider-contract';
import {
  consentOf,
  demoAccounts,
  findByEmail,
  Ids,
  statusOf,
  type Account,
  type Change,
  type Contact,
  type Operation,
} from './activecampaign.emulator-model.js';

/** What the probe needs of the emulation. */
export interface Emulated {
  readonly accounts: readonly Account[];
  readonly changes: number;
  do(operation: Operation): void;
  work(until: number): void;
  startAgain(): void;
}

/** The emulated vendor in the words that all of them share. Consent is the lowest of a contact's lists. */
export class ActivecampaignProbe implements EmulatorProbe {
  readonly consents: readonly EmulatedConsent[] = ['unsubscribed', 'bounced', 'pending'];
  readonly accounts: readonly EmulatedAccount[] = demoAccounts().map(({ host, apiKey, actid, eventKey }) => ({
    credentials: { apiUrl: host, apiKey, eventActid: actid, eventKey },
    accountName: host.split('.', 1)[0] ?? host,
  }));

  constructor(private readonly emulated: Emulated) {}

  seed(seeded: Partial<EmulatedContact> & { readonly email: string }): void {
    const { email, consent = 'subscribed', fields = {}, events = [] } = seeded;
    const { firstName, lastName, ...custom } = fields;
    const values = Object.entries(custom).map(([name, value]) => [this.field(name), String(value)]);
    const tags = (seeded.tags ?? []).map((name) => this.tag(name));
    const [first = '', second = first] = this.account.lists.keys();
    const named = seeded.consent === undefined || seeded.consent === 'none' ? [] : [first];
    // Consent belongs to a list here: who opted out outside of the one that is asked about did so in another.
    const elsewhere = seeded.audiences?.length === 0 && consent !== 'subscribed' ? [second] : [];
    const ids = new Ids(this.account.next);
    const before = findByEmail(this.account, email);
    const lists = [...(seeded.audiences ?? named), ...elsewhere].map((list) => ({
      id: ids.take(),
      list,
      status: statusOf(consent),
      sourceid: '3',
    }));
    const kept = before?.lists.filter(({ list }) => !lists.some((one) => one.list === list)) ?? [];
    const contact: Contact = {
      id: before?.id ?? ids.take(),
      email,
      firstName: String(firstName ?? before?.firstName ?? ''),
      lastName: String(lastName ?? before?.lastName ?? ''),
      values: { ...before?.values, ...(Object.fromEntries(values) as Contact['values']) },
      lists: [...kept, ...lists],
      tags: seeded.tags === undefined ? (before?.tags ?? []) : tags.map((tag) => ({ id: ids.take(), tag })),
    };
    this.do({ k: 'contact', contact, next: ids.next });
    for (const { name, data } of events)
      this.do({ k: 'event', contact: contact.id, event: { name, eventdata: JSON.stringify(data) } });
  }

  contact(email: string): EmulatedContact | undefined {
    const { account } = this;
    const contact = findByEmail(account, email);
    if (contact === undefined) return undefined;
    return {
      email: contact.email,
      fields: fieldsShown(account, contact),
      tags: contact.tags.map(({ tag }) => account.tags.get(tag)?.tag ?? tag),
      audiences: contact.lists.filter(({ status }) => status === '1').map(({ list }) => list),
      consent: consentOf(contact),
      events: (account.events.get(contact.id) ?? []).map(({ name, eventdata }) => ({
        name,
        data: eventdata === '' ? {} : (JSON.parse(eventdata) as Readonly<Record<string, unknown>>),
      })),
    };
  }

  count(): number {
    return this.account.contacts.size;
  }

  audiences(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.account.lists.values()];
  }

  addAudience(name: string): string {
    const ids = new Ids(this.account.next);
    const list = { id: ids.take(), name };
    this.do({ k: 'list', list, next: ids.next });
    return list.id;
  }

  removeAudience(id: string): void {
    this.do({ k: 'list_gone', id });
  }

  /** The merchant makes a custom field. @returns its id. */
  field(title: string): string {
    const known = [...this.account.fields.values()].find(
      (one) => one.title === title || one.perstag === title,
    );
    if (known !== undefined) return known.id;
    const ids = new Ids(this.account.next);
    const perstag = title.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
    const field = { id: ids.take(), title, perstag };
    this.do({ k: 'field', field, next: ids.next });
    return field.id;
  }

  /** The merchant switches event tracking on or off. */
  tracking(enabled: boolean): void {
    this.do({ k: 'tracking', enabled });
  }

  revoke(revoked: boolean): void {
    this.emulated.do({ k: 'revoked', revoked });
  }

  settle(): void {
    this.emulated.work(Number.POSITIVE_INFINITY);
  }

  writes(): number {
    return this.emulated.changes;
  }

  reset(): void {
    this.emulated.startAgain();
  }

  private get account(): Account {
    const [account] = this.emulated.accounts;
    if (account === undefined) throw new Error('The demo account is gone.');
    return account;
  }

  private do(change: Change): void {
    this.emulated.do({ ...change, a: this.account.host });
  }

  private tag(name: string): string {
    const known = [...this.account.tags.values()].find(
      ({ tag, tagType }) => tagType === 'contact' && tag.toLowerCase() === name.toLowerCase(),
    );
    if (known !== undefined) return known.id;
    const ids = new Ids(this.account.next);
    const tag = { id: ids.take(), tag: name, tagType: 'contact' } as const;
    this.do({ k: 'tag', tag, next: ids.next });
    return tag.id;
  }
}

function fieldsShown({ fields }: Account, contact: Contact): Readonly<Record<string, string>> {
  const custom = Object.entries(contact.values).map(
    ([id, value]) => [fields.get(id)?.title ?? id, value] as const,
  );
  const names = [
    ['firstName', contact.firstName],
    ['lastName', contact.lastName],
  ] as const;
  return Object.fromEntries([...names, ...custom].filter(([, value]) => value !== ''));
}
