import { md5Hex } from '@rekomi/provider-contract';
import type { EmulatedConsent } from '@rekomi/provider-contract';

export type MemberStatus =
  'subscribed' | 'unsubscribed' | 'cleaned' | 'pending' | 'transactional' | 'archived';

export interface MergeField {
  readonly tag: string;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

export interface MemberEvent {
  readonly name: string;
  /** ISO 8601, whole seconds. */
  readonly at: string;
  readonly properties: Readonly<Record<string, string>>;
}

export interface Member {
  readonly email: string;
  readonly status: MemberStatus;
  /** Why somebody unsubscribed, where the vendor notes it. */
  readonly reason?: string;
  readonly fields: Readonly<Record<string, string | number>>;
  readonly tags: readonly string[];
  readonly number: number;
  readonly changedAt: string;
}

export interface Audience {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly doubleOptIn: boolean;
  readonly fields: readonly MergeField[];
}

/** Plain data: what happened, with everything that decides its effect. */
export type Operation =
  | { readonly k: 'audience'; readonly a: string; readonly audience: Audience }
  | { readonly k: 'audience_gone'; readonly a: string; readonly id: string }
  | {
      readonly k: 'member';
      readonly a: string;
      readonly id: string;
      readonly was?: string;
      readonly member: Member;
    }
  | { readonly k: 'forgotten'; readonly a: string; readonly id: string; readonly hash: string }
  | {
      readonly k: 'event';
      readonly a: string;
      readonly id: string;
      readonly hash: string;
      readonly event: MemberEvent;
    }
  | { readonly k: 'revoked'; readonly revoked: boolean }
  | { readonly k: 'reset' };

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly dataCentre: string;
  readonly apiKey: string;
  readonly audiences: Map<string, Shelf>;
  /** Audiences ever made, for ids that never come again. */
  made: number;
}

/** An audience with its members, by hash. */
export interface Shelf {
  audience: Audience;
  readonly members: Map<string, Member>;
  readonly events: Map<string, MemberEvent[]>;
  /** Deleted for good: such an address cannot be imported again. */
  readonly forgotten: Set<string>;
}

const FIELDS: readonly MergeField[] = [
  ['FNAME', 'First Name', 'text'],
  ['LNAME', 'Last Name', 'text'],
  ['ADDRESS', 'Address', 'address'],
  ['PHONE', 'Phone Number', 'phone'],
  ['MMERGE5', 'rekomi_status', 'text'],
  ['MMERGE6', 'rekomi_tier', 'text'],
  // For an attribute of the merchant's own.
  ['MMERGE7', 'rekomi_favourite', 'text'],
].map(([tag = '', name = '', type = '']) => ({ tag, name, type, required: false }));

export function newAudience(account: Account, name: string, doubleOptIn = false): Audience {
  const number = account.made + 1;
  return { id: md5Hex(`${account.id} ${number}`).slice(0, 10), number, name, doubleOptIn, fields: FIELDS };
}

/** The European-sounding one is the second: keys say where they belong, so neither is the default. */
export function demoAccounts(): readonly Account[] {
  return [
    {
      id: '8d3a3db4d97663a9074efcc16',
      name: 'Acme Partners',
      dataCentre: 'us14',
      apiKey: 'c0ffee00c0ffee00c0ffee00c0ffee00-us14',
      audiences: new Map(),
      made: 0,
    },
    {
      id: '1f4c2aa0be55d07c91e8a2b33',
      name: 'Acme Europe',
      dataCentre: 'us6',
      apiKey: 'decade00decade00decade00decade00-us6',
      audiences: new Map(),
      made: 0,
    },
  ];
}

export function hashOf(email: string): string {
  return md5Hex(email.trim().toLowerCase());
}

const CONSENTS: Readonly<Record<EmulatedConsent, Pick<Member, 'status' | 'reason'>>> = {
  subscribed: { status: 'subscribed' },
  unsubscribed: { status: 'unsubscribed', reason: 'N/A (Unsubscribed by an admin)' },
  bounced: { status: 'cleaned' },
  complained: { status: 'unsubscribed', reason: 'Abuse complaint' },
  archived: { status: 'archived' },
  pending: { status: 'pending' },
  none: { status: 'transactional' },
  // Not reached: somebody who was forgotten is no member.
  suppressed: { status: 'unsubscribed' },
};

export function statusOf(consent: EmulatedConsent): Pick<Member, 'status' | 'reason'> {
  return CONSENTS[consent];
}

export function consentOf({ status, reason }: Pick<Member, 'status' | 'reason'>): EmulatedConsent {
  const found = Object.entries(CONSENTS).find(
    ([, known]) => known.status === status && (reason === undefined || known.reason === reason),
  );
  return (found?.[0] ?? 'unsubscribed') as EmulatedConsent;
}
