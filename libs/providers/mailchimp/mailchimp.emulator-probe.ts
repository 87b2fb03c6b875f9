import type {
  EmulatedAccount,
  EmulatedConsent,
  EmulatedContact,
  EmulatorProbe,
} from '@rekomi/provider-contract';
import {
  consentOf,
  demoAccounts,
  hashOf,
  newAudience,
  statusOf,
  type Account,
  type Audience,
  type Member,
  type Operation,
  type Shelf,
} from './mailchimp.emulator-model.js';

/** What the probe needs of the emulation. */
export interface Emulated {
  readonly accounts: readonly Account[];
  readonly changes: number;
  do(operation: Operation): void;
  startAgain(): void;
}

/** From the lowest up: a person who is in several audiences has the lowest of their states. */
const LOWEST: readonly EmulatedConsent[] = [
  'suppressed',
  'complained',
  'unsubscribed',
  'bounced',
  'archived',
  'none',
  'pending',
  'subscribed',
];

/** The emulated vendor in the words that all of them share. A contact is the sum of its memberships. */
export class MailchimpProbe implements EmulatorProbe {
  readonly consents: readonly EmulatedConsent[] = [
    'unsubscribed',
    'bounced',
    'complained',
    'archived',
    'suppressed',
    'pending',
  ];
  readonly accounts: readonly EmulatedAccount[] = demoAccounts().map(({ apiKey, name }) => ({
    credentials: { apiKey },
    accountName: name,
  }));

  constructor(
    private readonly emulated: Emulated,
    private readonly now: () => number,
  ) {}

  seed(contact: Partial<EmulatedContact> & { readonly email: string }): void {
    const { email, consent = 'subscribed', events = [], fields = {} } = contact;
    const [first = '', second = first] = this.account.audiences.keys();
    // Consent belongs to an audience here: who opted out outside of the one that is asked about did so in another.
    const elsewhere = contact.audiences?.length === 0 && consent !== 'subscribed' ? [second] : [];
    const audiences = contact.audiences === undefined ? [first] : [...contact.audiences, ...elsewhere];
    for (const id of audiences) {
      const shelf = this.account.audiences.get(id);
      if (shelf === undefined) continue;
      const hash = hashOf(email);
      const a = this.account.id;
      if (consent === 'suppressed') {
        this.emulated.do({ k: 'forgotten', a, id, hash });
        continue;
      }
      const before = shelf.members.get(hash);
      const audience = this.withFields(shelf.audience, Object.keys(fields));
      const values = Object.entries(fields).map(([name, value]) => [
        tagIn(audience, name),
        typeof value === 'number' ? value : String(value),
      ]);
      const member: Member = {
        email,
        ...statusOf(consent),
        fields: { ...before?.fields, ...(Object.fromEntries(values) as Member['fields']) },
        tags: contact.tags ?? before?.tags ?? [],
        number: before?.number ?? shelf.members.size + 1,
        changedAt: new Date(this.now()).toISOString(),
      };
      this.emulated.do({ k: 'member', a, id, was: hash, member });
      for (const { name, at = member.changedAt, data } of events)
        this.emulated.do({
          k: 'event',
          a,
          id,
          hash,
          event: { name, at, properties: data as Record<string, string> },
        });
    }
  }

  contact(email: string): EmulatedContact | undefined {
    const hash = hashOf(email);
    const shelves = [...this.account.audiences.values()];
    const memberships = shelves.flatMap((shelf) => {
      const member = shelf.members.get(hash);
      return member === undefined ? [] : [{ shelf, member }];
    });
    const forgotten = shelves.some((shelf) => shelf.forgotten.has(hash));
    if (memberships.length === 0) {
      return forgotten
        ? { email, fields: {}, tags: [], audiences: [], consent: 'suppressed', events: [] }
        : undefined;
    }
    const consents = [
      ...memberships.map(({ member }) => consentOf(member)),
      ...(forgotten ? ['suppressed'] : []),
    ];
    return {
      email: memberships[0]?.member.email ?? email,
      fields: Object.assign({}, ...memberships.map(fieldsShown).reverse()) as EmulatedContact['fields'],
      tags: [...new Set(memberships.flatMap(({ member }) => member.tags))],
      audiences: memberships.flatMap(({ shelf, member }) =>
        member.status === 'subscribed' ? [shelf.audience.id] : [],
      ),
      consent: LOWEST.find((one) => consents.includes(one)) ?? 'none',
      events: memberships.flatMap(({ shelf }) =>
        (shelf.events.get(hash) ?? []).map(({ name, at, properties }) => ({
          name,
          at: new Date(at).toISOString(),
          data: properties,
        })),
      ),
    };
  }

  count(): number {
    const shelves = [...this.account.audiences.values()];
    return new Set(shelves.flatMap(({ members }) => [...members.keys()])).size;
  }

  audiences(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.account.audiences.values()].map(({ audience: { id, name } }) => ({ id, name }));
  }

  addAudience(name: string): string {
    const audience = newAudience(this.account, name);
    this.emulated.do({ k: 'audience', a: this.account.id, audience });
    return audience.id;
  }

  /** The merchant makes a field in every audience. */
  addField(name: string, type = 'text', required = false): void {
    for (const { audience } of this.account.audiences.values())
      this.withFields(audience, [name], { type, required });
  }

  removeAudience(id: string): void {
    this.emulated.do({ k: 'audience_gone', a: this.account.id, id });
  }

  revoke(revoked: boolean): void {
    this.emulated.do({ k: 'revoked', revoked });
  }

  /** Everything is applied at once here. */
  settle(): void {
    return undefined;
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

  private withFields(
    audience: Audience,
    names: readonly string[],
    options: { readonly type: string; readonly required: boolean } = { type: 'text', required: false },
  ): Audience {
    const missing = names.filter((name) => tagIn(audience, name) === undefined);
    if (missing.length === 0) return audience;
    const more = missing.map((name, index) => ({
      tag: `MMERGE${audience.fields.length + index + 1}`,
      name,
      ...options,
    }));
    const extended = { ...audience, fields: [...audience.fields, ...more] };
    this.emulated.do({ k: 'audience', a: this.account.id, audience: extended });
    return extended;
  }
}

function tagIn(audience: Audience, name: string): string | undefined {
  return audience.fields.find((field) => field.tag === name || field.name === name)?.tag;
}

/** Fields of ours by the name that the merchant gave them, all others by their tag; empty ones do not show. */
function fieldsShown({ shelf, member }: { readonly shelf: Shelf; readonly member: Member }): object {
  return Object.fromEntries(
    Object.entries(member.fields).flatMap(([tag, value]) => {
      if (value === '') return [];
      const field = shelf.audience.fields.find((one) => one.tag === tag);
      return [[field?.name.startsWith('rekomi_') === true ? field.name : tag, value]];
    }),
  );
}
