import type {
  EmulatedAccount,
  EmulatedConsent,
  EmulatedContact,
  EmulatorProbe,
} from '@rekomi/provider-contract';
import { statusAt } from './beehiiv.emulator-answers.js';
import { DEMO, keyOf, type FieldValue, type Publication, type Workspace } from './beehiiv.emulator-model.js';
import { subscriptionId } from './beehiiv.emulator-subscriptions.js';
import type { BeehiivEmulation } from './beehiiv.emulator.js';

const STATUS: Readonly<Partial<Record<EmulatedConsent, string>>> = {
  unsubscribed: 'inactive',
  pending: 'pending',
  bounced: 'invalid',
  archived: 'paused',
};
const CONSENT: Readonly<Record<string, EmulatedConsent>> = {
  inactive: 'unsubscribed',
  pending: 'pending',
  invalid: 'bounced',
  paused: 'archived',
};
const FIRST = DEMO[0]?.id ?? '';

/** The emulated beehiiv in the words that all emulated vendors share. A paused subscription is called archived. */
export class BeehiivProbe implements EmulatorProbe {
  readonly accounts: readonly EmulatedAccount[] = DEMO.map(({ apiKey, name }) => ({
    credentials: { apiKey },
    accountName: name,
  }));
  readonly consents: readonly EmulatedConsent[] = ['unsubscribed', 'pending', 'bounced', 'archived'];
  private counted = 0;

  constructor(private readonly vendor: BeehiivEmulation) {}

  seed({ email, fields = {}, tags = [], audiences, consent }: Parameters<EmulatorProbe['seed']>[0]): void {
    // Nobody exists outside of a publication.
    const anywhere = [...this.workspace().publications.keys()].slice(0, 1);
    const places = audiences === undefined || audiences.length === 0 ? anywhere : audiences;
    for (const p of places) {
      const publication = this.workspace().publications.get(p);
      if (publication === undefined) continue;
      const at = { w: FIRST, p };
      const present = publication.subscriptions.get(keyOf(email));
      const id = present?.id ?? subscriptionId(`${p} ${keyOf(email)}`);
      const status = STATUS[consent ?? 'subscribed'] ?? 'active';
      if (present === undefined) {
        const begins = { id, email, status, at: this.vendor.now(), utmSource: '' };
        this.vendor.change({ ...at, k: 'subscribe', ...begins });
      }
      for (const display of Object.keys(fields)) this.ensureField(publication, display);
      this.vendor.change({ ...at, k: 'update', id, status, fields: fields as Record<string, FieldValue> });
      this.vendor.change({ ...at, k: 'tag', id, tags });
    }
  }

  contact(email: string): EmulatedContact | undefined {
    const seen = [...this.workspace().publications.values()].flatMap((publication) => {
      const subscription = publication.subscriptions.get(keyOf(email));
      return subscription === undefined ? [] : [{ publication, subscription }];
    });
    const [first] = seen;
    if (first === undefined) return undefined;
    const states = seen.map(({ subscription }) => statusAt(subscription, this.vendor.now()));
    return {
      email: first.subscription.email,
      fields: Object.assign(
        {},
        ...seen.map(({ subscription }) => Object.fromEntries(subscription.fields)),
      ) as Record<string, unknown>,
      tags: [...new Set(seen.flatMap(({ subscription }) => [...subscription.tags]))],
      audiences: seen.flatMap(({ publication, subscription }) =>
        ['active', 'validating'].includes(subscription.status) ? [publication.id] : [],
      ),
      consent:
        states.map((status) => CONSENT[status]).find((consent) => consent !== undefined) ?? 'subscribed',
      events: [],
    };
  }

  count(): number {
    const all = [...this.workspace().publications.values()].flatMap(({ subscriptions }) => [
      ...subscriptions.keys(),
    ]);
    return new Set(all).size;
  }

  audiences(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.workspace().publications.values()].map(({ id, name }) => ({ id, name }));
  }

  addAudience(name: string): string {
    this.counted += 1;
    const id = subscriptionId(
      `publication ${name} ${this.counted} ${this.workspace().publications.size}`,
    ).replace('sub_', 'pub_');
    this.vendor.change({ k: 'publication', w: FIRST, p: id, name, at: this.vendor.now() });
    return id;
  }

  removeAudience(id: string): void {
    this.vendor.change({ k: 'publication_gone', w: FIRST, p: id });
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

  private ensureField(publication: Publication, display: string): void {
    if (publication.fields.some((field) => field.display === display)) return;
    const field = {
      id: `${publication.id.slice(4, 31)}${String(publication.fields.length).padStart(9, '0')}`,
      kind: 'string',
      display,
    };
    this.vendor.change({ k: 'field', w: FIRST, p: publication.id, field });
  }

  private workspace(): Workspace {
    const workspace = this.vendor.workspaces.get(FIRST);
    if (workspace === undefined) throw new Error('The demo workspace is gone.');
    return workspace;
  }
}
