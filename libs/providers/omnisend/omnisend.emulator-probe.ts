import {
  md5Hex,
  type EmulatedAccount,
  type EmulatedConsent,
  type EmulatedContact,
  type EmulatorProbe,
} from '@rekomi/provider-contract';
import { DEMO, keyOf, tagsAt, type Brand } from './omnisend.emulator-model.js';
import type { OmnisendEmulation } from './omnisend.emulator.js';

const FIRST = DEMO[0]?.id ?? '';
const CONSENT: Readonly<Record<string, EmulatedConsent>> = {
  subscribed: 'subscribed',
  unsubscribed: 'unsubscribed',
  nonSubscribed: 'none',
};

/** The emulated Omnisend in the words that all emulated vendors share. Tags are its audiences, named by themselves. */
export class OmnisendProbe implements EmulatorProbe {
  readonly accounts: readonly EmulatedAccount[] = DEMO.map(({ apiKey, name, permissions }) => ({
    credentials: { apiKey },
    ...(permissions.includes('brands') ? { accountName: name } : {}),
  }));
  readonly consents: readonly EmulatedConsent[] = ['unsubscribed', 'none'];

  constructor(private readonly vendor: OmnisendEmulation) {}

  seed({
    email,
    fields = {},
    tags = [],
    audiences = [],
    consent = 'none',
  }: Parameters<EmulatorProbe['seed']>[0]): void {
    const b = FIRST;
    const at = this.vendor.now();
    const known = this.brand().byEmail.get(keyOf(email));
    const id = known ?? md5Hex(`${b} ${keyOf(email)}`).slice(0, 24);
    if (known === undefined) this.vendor.change({ k: 'contact', b, id, email, at });
    const { firstName, lastName, ...properties } = fields;
    const status = Object.entries(CONSENT).find(([, one]) => one === consent)?.[0] ?? 'nonSubscribed';
    this.vendor.change({
      ...{ k: 'update', b, id, status, statusChangedAt: at, properties, tags: [...tags, ...audiences] },
      ...(typeof firstName === 'string' ? { firstName } : {}),
      ...(typeof lastName === 'string' ? { lastName } : {}),
    });
  }

  contact(email: string): EmulatedContact | undefined {
    const brand = this.brand();
    const contact = brand.contacts.get(brand.byEmail.get(keyOf(email)) ?? '');
    if (contact === undefined) return undefined;
    const { firstName, lastName, properties, status, events, welcomed } = contact;
    const tags = [...tagsAt(contact, this.vendor.now())];
    return {
      email: contact.email,
      fields: {
        ...(firstName === undefined ? {} : { firstName }),
        ...(lastName === undefined ? {} : { lastName }),
        ...(welcomed ? { welcomed } : {}),
        ...Object.fromEntries(properties),
      },
      tags,
      audiences: tags,
      consent: CONSENT[status] ?? 'none',
      events: events.map(({ id, name, at, data }) => ({
        ...{ name, at: new Date(at).toISOString(), data },
        ...(id === '' ? {} : { dedupeId: id }),
      })),
    };
  }

  count(): number {
    return this.brand().contacts.size;
  }

  audiences(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.brand().tags].map((tag) => ({ id: tag, name: tag }));
  }

  addAudience(name: string): string {
    this.vendor.change({ k: 'tag', b: FIRST, tag: name });
    return name;
  }

  removeAudience(id: string): void {
    this.vendor.change({ k: 'tag_gone', b: FIRST, tag: id });
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

  private brand(): Brand {
    const brand = this.vendor.brands.get(FIRST);
    if (brand === undefined) throw new Error('The demo brand is gone.');
    return brand;
  }
}
