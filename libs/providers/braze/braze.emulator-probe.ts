import type {
  EmulatedAccount,
  EmulatedConsent,
  EmulatedContact,
  EmulatorProbe,
} from '@rekomi/provider-contract';
import { WORKSPACES, type Operation, type StoredWorkspace } from './braze.emulator-model.js';
import type { BrazeState } from './braze.emulator-state.js';
import { addressKey, newUser, usersByEmail } from './braze.emulator-users.js';

const TAGS = 'rekomi_tags';
const STANDARD: ReadonlySet<string> = new Set([
  'first_name',
  'last_name',
  'country',
  'home_city',
  'language',
]);

export interface ProbeParts {
  readonly state: BrazeState;
  readonly commit: (operation: Operation) => void;
  readonly settle: () => void;
  readonly writes: () => number;
  readonly reset: () => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The emulated Braze in the words that all emulated vendors share. */
export class BrazeProbe implements EmulatorProbe {
  readonly consents: readonly EmulatedConsent[] = ['unsubscribed'];

  constructor(private readonly parts: ProbeParts) {}

  /** The merchant names the groups by hand, as they are at the moment. */
  get accounts(): readonly EmulatedAccount[] {
    const groups = this.audiences().map(({ id, name }) => `${id} ${name}`);
    return WORKSPACES.map(({ host, key, instance }, index) => ({
      credentials: {
        endpoint: host,
        apiKey: key,
        ...(index === 0 ? { subscriptionGroups: groups.join('; ') } : {}),
      },
      region: instance,
    }));
  }

  seed({
    email,
    fields = {},
    tags,
    audiences = [],
    consent,
    events = [],
  }: Parameters<EmulatorProbe['seed']>[0]): void {
    const before = usersByEmail(this.first, email)[0] ?? newUser(this.first, { email });
    const entries = Object.entries(fields);
    const user = {
      ...before,
      standard: { ...before.standard, ...Object.fromEntries(entries.filter(([name]) => STANDARD.has(name))) },
      custom: {
        ...before.custom,
        ...Object.fromEntries(entries.filter(([name]) => !STANDARD.has(name))),
        ...(tags === undefined ? {} : { [TAGS]: tags }),
      },
      events: [
        ...before.events,
        ...events.map(({ name, at, data }) => ({
          name,
          time: at ?? new Date(this.parts.now()).toISOString(),
          properties: data,
        })),
      ],
    };
    this.parts.commit({ k: 'user', user });
    if (consent !== undefined) {
      const state = consent === 'unsubscribed' ? 'unsubscribed' : 'subscribed';
      this.parts.commit({ k: 'address', email, state });
    }
    for (const group of audiences) {
      this.parts.commit({ k: 'membership', group, email, state: 'subscribed' });
    }
  }

  leave(email: string, group: string): void {
    this.parts.commit({ k: 'membership', group, email, state: 'unsubscribed' });
  }

  contact(email: string): EmulatedContact | undefined {
    const [user] = usersByEmail(this.first, email);
    if (user === undefined) return undefined;
    const tags = user.custom[TAGS];
    const state = this.first.addresses.get(addressKey(email));
    return {
      email: user.email ?? email,
      fields: { ...user.standard, ...user.custom },
      tags: Array.isArray(tags) ? tags.map(String) : [],
      audiences: [...this.first.memberships].flatMap(([group, members]) =>
        members.get(addressKey(email)) === 'subscribed' ? [group] : [],
      ),
      consent: state === 'unsubscribed' ? 'unsubscribed' : 'subscribed',
      events: user.events.map(({ name, time, properties }) => ({ name, at: time, data: properties })),
    };
  }

  count(): number {
    return this.first.users.size;
  }

  audiences(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.first.groups.values()];
  }

  addAudience(name: string): string {
    const id = `91a0b5c0-0000-4b4a-9e00-${String(this.first.count + 100).padStart(12, '0')}`;
    this.parts.commit({ k: 'group', group: { id, name } });
    return id;
  }

  removeAudience(id: string): void {
    this.parts.commit({ k: 'ungroup', id });
  }

  revoke(revoked: boolean): void {
    this.parts.commit({ k: 'revoked', revoked });
  }

  settle(): void {
    this.parts.settle();
  }

  writes(): number {
    return this.parts.writes();
  }

  reset(): void {
    this.parts.reset();
  }

  private get first(): StoredWorkspace {
    return this.parts.state.workspace(0);
  }
}
