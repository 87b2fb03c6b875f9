import type { EmulatedConsent, EmulatedContact, EmulatorProbe } from '@rekomi/provider-contract';
import { ACCOUNTS, findByEmail, listId, profileId } from './klaviyo.emulator-accounts.js';
import type { Operation, StoredAccount, StoredProfile, Suppression } from './klaviyo.emulator-model.js';
import { newProfile } from './klaviyo.emulator-profile.js';
import type { KlaviyoState } from './klaviyo.emulator-state.js';

const TAGS = 'rekomi_tags';
const STANDARD: ReadonlySet<string> = new Set(['first_name', 'last_name', 'organization', 'locale', 'title']);

const STATES: Readonly<
  Partial<Record<EmulatedConsent, readonly [StoredProfile['consent'], Suppression['reason']?]>>
> = {
  subscribed: ['SUBSCRIBED'],
  unsubscribed: ['UNSUBSCRIBED', 'UNSUBSCRIBE'],
  bounced: ['SUBSCRIBED', 'HARD_BOUNCE'],
  complained: ['SUBSCRIBED', 'SPAM_COMPLAINT'],
  // Somebody who never decided can be suppressed by the merchant: consent alone does not tell.
  suppressed: ['NEVER_SUBSCRIBED', 'USER_SUPPRESSED'],
  none: ['NEVER_SUBSCRIBED'],
};

export interface ProbeParts {
  readonly state: KlaviyoState;
  readonly now: () => number;
  readonly commit: (operation: Operation) => void;
  readonly settle: () => void;
  readonly writes: () => number;
  readonly reset: () => void;
}

/** The emulated Klaviyo in the words that all emulated vendors share. */
export class KlaviyoProbe implements EmulatorProbe {
  readonly consents: readonly EmulatedConsent[] = ['unsubscribed', 'bounced', 'complained', 'suppressed'];
  readonly accounts = ACCOUNTS.map(({ name, keys }) => ({
    credentials: { privateKey: [...keys.keys()][0] ?? '' },
    accountName: name,
  }));

  constructor(private readonly parts: ProbeParts) {}

  seed({
    email,
    fields = {},
    tags,
    audiences = [],
    consent,
    events = [],
  }: Parameters<EmulatorProbe['seed']>[0]): void {
    const at = new Date(this.parts.now()).toISOString();
    const before = findByEmail(this.account, email) ?? newProfile(profileId(this.account), email, at);
    const entries = Object.entries(fields);
    const [decided, reason] = STATES[consent ?? 'none'] ?? ['NEVER_SUBSCRIBED'];
    const profile: StoredProfile = {
      ...before,
      attributes: {
        ...before.attributes,
        ...Object.fromEntries(entries.filter(([name]) => STANDARD.has(name))),
      },
      properties: {
        ...before.properties,
        ...Object.fromEntries(entries.filter(([name]) => !STANDARD.has(name))),
        ...(tags === undefined ? {} : { [TAGS]: tags }),
      },
      ...(consent === undefined
        ? {}
        : { consent: decided, suppressions: reason === undefined ? [] : [{ reason, timestamp: at }] }),
      events: [
        ...before.events,
        ...events.map(({ name, at: time = at, dedupeId, data }) => ({
          metric: name,
          time,
          uniqueId: dedupeId ?? time,
          told: dedupeId !== undefined,
          properties: data,
        })),
      ],
    };
    this.parts.commit({ k: 'profile', a: 0, profile });
    for (const list of audiences)
      this.parts.commit({ k: 'member', a: 0, list, profile: profile.id, joins: true });
  }

  leave(email: string, list: string): void {
    const profile = findByEmail(this.account, email);
    if (profile === undefined) return;
    const timestamp = new Date(this.parts.now()).toISOString();
    const left = { list_id: list, reason: 'UNSUBSCRIBE', timestamp } as const;
    const listSuppressions = [...profile.listSuppressions, left];
    this.parts.commit({ k: 'profile', a: 0, profile: { ...profile, listSuppressions } });
    this.parts.commit({ k: 'member', a: 0, list, profile: profile.id, joins: false });
  }

  contact(email: string): EmulatedContact | undefined {
    const profile = findByEmail(this.account, email);
    if (profile === undefined) return undefined;
    const tags = profile.properties[TAGS];
    return {
      email: profile.email ?? email,
      fields: { ...profile.attributes, ...profile.properties },
      tags: Array.isArray(tags) ? tags.map(String) : [],
      audiences: [...this.account.members].flatMap(([list, members]) =>
        members.has(profile.id) ? [list] : [],
      ),
      consent: consentOf(profile),
      events: profile.events.map(({ metric, time, uniqueId, told, properties }) => ({
        name: metric,
        at: time,
        ...(told ? { dedupeId: uniqueId } : {}),
        data: properties,
      })),
    };
  }

  count(): number {
    return this.account.profiles.size;
  }

  audiences(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.account.lists.values()].map(({ id, name }) => ({ id, name }));
  }

  addAudience(name: string): string {
    const id = listId(this.account);
    const created = new Date(this.parts.now()).toISOString();
    this.parts.commit({ k: 'list', a: 0, list: { id, name, optIn: 'single_opt_in', created } });
    return id;
  }

  removeAudience(id: string): void {
    this.parts.commit({ k: 'unlist', a: 0, id });
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

  private get account(): StoredAccount {
    return this.parts.state.account(0);
  }
}

function consentOf({ consent, suppressions }: StoredProfile): EmulatedConsent {
  const reasons = suppressions.map(({ reason }) => reason);
  if (reasons.includes('SPAM_COMPLAINT')) return 'complained';
  if (reasons.includes('HARD_BOUNCE') || reasons.includes('INVALID_EMAIL')) return 'bounced';
  if (reasons.includes('USER_SUPPRESSED')) return 'suppressed';
  if (consent === 'UNSUBSCRIBED' || reasons.length > 0) return 'unsubscribed';
  return consent === 'SUBSCRIBED' ? 'subscribed' : 'none';
}
