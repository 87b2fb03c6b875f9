import type {
  EmulatedAccount,
  EmulatedConsent,
  EmulatedContact,
  EmulatorProbe,
} from '@rekomi/provider-contract';
import { DEMO, fieldsAt, keyOfEmail, type Account } from './kit.emulator-model.js';
import { keyOfLabel } from './kit.emulator-tags.js';
import type { KitEmulation } from './kit.emulator.js';

const STATE: Readonly<Partial<Record<EmulatedConsent, string>>> = {
  unsubscribed: 'cancelled',
  bounced: 'bounced',
  complained: 'complained',
  pending: 'inactive',
};
const FIRST = DEMO[0]?.id ?? 0;

/** The emulated Kit in the words that all emulated vendors share. Tags are its audiences. */
export class KitProbe implements EmulatorProbe {
  readonly accounts: readonly EmulatedAccount[] = DEMO.map(({ apiKey, name }) => ({
    credentials: { apiKey },
    accountName: name,
  }));
  readonly consents: readonly EmulatedConsent[] = ['unsubscribed', 'bounced', 'complained', 'pending'];

  constructor(private readonly vendor: KitEmulation) {}

  seed({
    email,
    fields = {},
    tags = [],
    audiences = [],
    consent,
  }: Parameters<EmulatorProbe['seed']>[0]): void {
    const a = FIRST;
    const at = this.vendor.now();
    const state = STATE[consent ?? 'subscribed'] ?? 'active';
    const known = this.account().byEmail.get(keyOfEmail(email));
    const id = known ?? this.account().lastId + 1;
    if (known === undefined)
      this.vendor.change({ k: 'subscriber', a, id, email: keyOfEmail(email), state, at, listedFrom: 0 });
    const { first_name: firstName, ...custom } = fields;
    for (const label of Object.keys(custom)) this.ensureField(label);
    const own = Object.fromEntries(
      Object.entries(custom).map(([label, value]) => [keyOfLabel(label), String(value)]),
    );
    const name = typeof firstName === 'string' ? { firstName } : {};
    this.vendor.change({ k: 'update', a, id, state, fields: own, ...name });
    for (const tag of [...tags.map((one) => this.addAudience(one)), ...audiences])
      this.vendor.change({ k: 'tagged', a, id, tag: Number(tag), at });
  }

  contact(email: string): EmulatedContact | undefined {
    const account = this.account();
    const subscriber = account.subscribers.get(account.byEmail.get(keyOfEmail(email)) ?? 0);
    if (subscriber === undefined) return undefined;
    const { firstName, state } = subscriber;
    const filled = [...fieldsAt(subscriber, this.vendor.now())].filter(([, value]) => value !== '');
    const consent = Object.entries(STATE).find(([, own]) => own === state)?.[0] as
      EmulatedConsent | undefined;
    return {
      email: subscriber.email,
      fields: { ...(firstName === null ? {} : { first_name: firstName }), ...Object.fromEntries(filled) },
      tags: [...subscriber.tags.keys()].flatMap((tag) => account.tags.get(tag)?.name ?? []),
      audiences: [...subscriber.tags.keys()].map(String),
      consent: consent ?? 'subscribed',
      events: [],
    };
  }

  count(): number {
    return this.account().subscribers.size;
  }

  audiences(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.account().tags.values()].map(({ id, name }) => ({ id: String(id), name }));
  }

  addAudience(name: string): string {
    const account = this.account();
    const present = [...account.tags.values()].find((tag) => tag.name.toLowerCase() === name.toLowerCase());
    if (present !== undefined) return String(present.id);
    const tag = { id: account.lastId + 1, name, created: this.vendor.now() };
    this.vendor.change({ k: 'tag', a: FIRST, tag });
    return String(tag.id);
  }

  removeAudience(id: string): void {
    this.vendor.change({ k: 'tag_gone', a: FIRST, tag: Number(id) });
  }

  revoke(revoked: boolean): void {
    this.vendor.change({ k: 'revoke', revoked });
  }

  settle(): void {
    this.vendor.change({ k: 'settle' });
  }

  writes(): number {
    return this.vendor.writes;
  }

  reset(): void {
    this.vendor.forgetAll();
  }

  private ensureField(label: string): void {
    const account = this.account();
    const key = keyOfLabel(label);
    if (account.fields.some((field) => field.key === key)) return;
    this.vendor.change({ k: 'field', a: FIRST, field: { id: account.lastId + 1, key, label } });
  }

  private account(): Account {
    const account = this.vendor.accounts.get(FIRST);
    if (account === undefined) throw new Error('The demo account is gone.');
    return account;
  }
}
