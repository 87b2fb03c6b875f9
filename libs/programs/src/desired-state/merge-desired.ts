import type { ConsentBasis } from '@rekomi/provider-contract';
import type { ConnectionDefaults, Desired } from '@rekomi/sync';

import { contactTags } from '../tags/tags.js';
import { highestTier } from '../tags/tier.js';

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
  /** Null inherits the connection's. */
  readonly audience: string | null;
  readonly consent_basis: ConsentBasis['basis'] | null;
  readonly consent_at: Date | null;
}

/**
 * What one contact should look like, from all its rows: tags and audiences united, the highest tier. Only approved
 * enrolments count, so the best status is `approved` whenever there is a row, and without one the contact is absent.
 */
export function mergeDesired(connection: ConnectionDefaults, rows: readonly DesiredRow[]): Desired {
  const [person] = rows;
  if (person === undefined) return { kind: 'absent' };
  const audiences = rows
    .map((row) => row.audience ?? connection.defaultAudience)
    .filter((id) => id !== undefined);
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
      attributes: {},
    },
    ...(person.consent_basis === null || person.consent_at === null
      ? {}
      : { consent: { basis: person.consent_basis, recordedAt: person.consent_at.toISOString() } }),
  };
}

function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
