import { CLEAR, type Clear, type ConsentBasis, type FieldValue } from '@rekomi/provider-contract';
import type { ConnectionDefaults, Desired } from '@rekomi/sync';

import { contactTags } from '../tags/tags.js';
import { highestTier } from '../tags/tier.js';
import { mergeAttributes } from './merge-attributes.js';

/** One enrolment of a contact, approved or invited, whose campaign sends such people to the connection in question. */
export interface DesiredRow {
  readonly id: string;
  readonly email: string;
  readonly full_name: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly joined_at: Date;
  readonly status: 'approved' | 'invited';
  /** The invite whose link works; null without one. */
  readonly invite_id: string | null;
  /** By any campaign, however it ended; the same in every row. */
  readonly ever_invited: boolean;
  readonly tier: string | null;
  readonly enrolment_tags: readonly string[];
  readonly destination_tags: readonly string[];
  readonly audience_mode: 'inherit' | 'own' | 'none';
  /** The campaign's own audience; null unless the mode is `own`. */
  readonly audience: string | null;
  readonly extra_attributes: Readonly<Record<string, FieldValue>>;
  /** Names of attributes that campaigns have ever set at the connection; the same in every row. */
  readonly ever_written: readonly string[];
  readonly consent_basis: ConsentBasis['basis'] | null;
  readonly consent_at: Date | null;
}

/** Vendors get it with their prefix: `rekomi_invite_url`. */
const INVITE_URL = 'invite_url';

/**
 * What one contact should look like, from all its rows in order of application: tags and audiences united, the highest
 * tier, of attributes the earliest, of invite links the latest. The best status is `approved` where there is an approved
 * enrolment; who is only invited has nothing but the link, because they may be known to the vendor already and have
 * agreed to nothing yet. Without any of it the contact is absent.
 *
 * @param linkOf makes the personal link of an invite.
 */
export function mergeDesired(
  connection: ConnectionDefaults,
  rows: readonly DesiredRow[],
  linkOf: (inviteId: string) => string,
): Desired {
  const approved = rows.filter(({ status }) => status === 'approved');
  const inviteId = rows
    .flatMap((row) => (row.invite_id === null ? [] : [row.invite_id]))
    .sort()
    .at(-1);
  const [person] = approved;
  if (person === undefined) {
    const [invited] = rows;
    return invited === undefined || inviteId === undefined
      ? { kind: 'absent' }
      : onlyInvited(invited, linkOf(inviteId));
  }
  const audiences = approved.map((row) => audienceOf(row, connection)).filter((id) => id !== undefined);
  const tier = highestTier(approved.map((row) => row.tier));
  return {
    kind: 'present',
    contact: {
      email: person.email,
      ...(person.first_name === null ? {} : { firstName: person.first_name }),
      ...(person.last_name === null ? {} : { lastName: person.last_name }),
      ...(person.full_name === null ? {} : { fullName: person.full_name }),
      createdAt: wholeSeconds(person.joined_at),
      status: 'approved',
      ...(tier === undefined ? {} : { tier }),
      tags: contactTags(
        connection.defaultTags,
        ...approved.flatMap((row) => [row.destination_tags, row.enrolment_tags]),
      ),
      audiences: [...new Set(audiences)].sort(),
      attributes: {
        ...linkAttribute(person, inviteId === undefined ? undefined : linkOf(inviteId)),
        ...mergeAttributes(
          approved.map((row) => row.extra_attributes),
          person.ever_written,
        ),
      },
    },
    ...consentOf(person),
  };
}

function onlyInvited(person: DesiredRow, link: string): Desired {
  const attributes = { [INVITE_URL]: link, ...mergeAttributes([], person.ever_written) };
  return {
    kind: 'present',
    contact: { email: person.email, status: 'invited', tags: [], audiences: [], attributes },
    ...consentOf(person),
  };
}

/** A link that was written and works no more is taken back. */
function linkAttribute(
  { ever_invited: everInvited }: DesiredRow,
  link: string | undefined,
): Readonly<Record<string, FieldValue | Clear>> {
  if (link !== undefined) return { [INVITE_URL]: link };
  return everInvited ? { [INVITE_URL]: CLEAR } : {};
}

function consentOf(person: DesiredRow): Pick<Extract<Desired, { readonly kind: 'present' }>, 'consent'> {
  const { consent_basis: basis, consent_at: at } = person;
  return basis === null || at === null ? {} : { consent: { basis, recordedAt: at.toISOString() } };
}

function audienceOf(row: DesiredRow, connection: ConnectionDefaults): string | undefined {
  if (row.audience_mode === 'none') return undefined;
  return row.audience ?? connection.defaultAudience;
}

function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
