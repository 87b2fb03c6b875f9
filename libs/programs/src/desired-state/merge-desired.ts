import type { ConsentBasis, FieldValue } from '@rekomi/provider-contract';
import type { ConnectionDefaults, Desired } from '@rekomi/sync';

import { contactTags } from '../tags/tags.js';
import { highestTier } from '../tags/tier.js';
import { mergeAttributes } from './merge-attributes.js';

/** One approved enrolment of a contact whose campaign sends to the connection in question. */
export interface DesiredRow {
  readonly id: string;
  readonly email: string;
  readonly full_name: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly joined_at: Date;
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

/**
 * What one contact should look like, from all its rows in order of application: tags and audiences united, the highest
 * tier, of attributes the earliest. Only approved enrolments count, so the best status is `approved` whenever there is a
 * row, and without one the contact is absent.
 */
export function mergeDesired(connection: ConnectionDefaults, rows: readonly DesiredRow[]): Desired {
  const [person] = rows;
  if (person === undefined) return { kind: 'absent' };
  const audiences = rows.map((row) => audienceOf(row, connection)).filter((id) => id !== undefined);
  const tier = highestTier(rows.map((row) => row.tier));
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
        ...rows.flatMap((row) => [row.destination_tags, row.enrolment_tags]),
      ),
      audiences: [...new Set(audiences)].sort(),
      attributes: mergeAttributes(
        rows.map((row) => row.extra_attributes),
        person.ever_written,
      ),
    },
    ...(person.consent_basis === null || person.consent_at === null
      ? {}
      : { consent: { basis: person.consent_basis, recordedAt: person.consent_at.toISOString() } }),
  };
}

function audienceOf(row: DesiredRow, connection: ConnectionDefaults): string | undefined {
  if (row.audience_mode === 'none') return undefined;
  return row.audience ?? connection.defaultAudience;
}

function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
