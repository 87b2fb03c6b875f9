import type { UnitOfWork } from '../unit-of-work.js';
import type { Placed } from './affiliate-statements.js';

/** Something about a row that was taken in and is worth saying. */
export interface IntakeNote {
  readonly place: number;
  readonly field: 'referralSlug' | 'status';
  readonly code: string;
  readonly detail: string;
}

const TAKEN = `
  SELECT wish.slug_key, owner.email_key
    FROM unnest($2::text[]) AS wish(slug_key) CROSS JOIN LATERAL (
      SELECT a.email_key FROM affiliate a
       WHERE a.organization_id = $1 AND a.referral_slug_key = wish.slug_key LIMIT 1
    ) AS owner`;

/** Everybody who gives a slug waits here for the one before. */
export async function lockSlugs({
  tx,
  organizationId,
}: Pick<UnitOfWork, 'tx' | 'organizationId'>): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `referral slugs ${organizationId}`,
  ]);
}

/**
 * Settles who gets which slug: a slug that somebody else has, in any letter case, becomes an alias of this person. All
 * who give slugs wait for each other here, so that the unique index never refuses a whole chunk.
 *
 * @param lock false for a look that writes nothing.
 */
export async function claimSlugs(
  { tx, organizationId }: UnitOfWork,
  rows: readonly Placed[],
  options: { readonly lock: boolean },
): Promise<{ readonly rows: readonly Placed[]; readonly notes: readonly IntakeNote[] }> {
  const wishes = rows.flatMap(({ place, value }) =>
    value.referralSlug === undefined
      ? []
      : [{ place, key: value.referralSlug.toLowerCase(), email: value.email }],
  );
  if (wishes.length === 0) return { rows, notes: [] };
  if (options.lock) await lockSlugs({ tx, organizationId });
  const taken: { slug_key: string; email_key: string }[] = await tx.query(TAKEN, [
    organizationId,
    wishes.map(({ key }) => key),
  ]);
  const ownerOf = new Map(taken.map((one) => [one.slug_key, one.email_key]));
  const lost = new Set<number>();
  for (const { place, key, email } of wishes) {
    const owner = ownerOf.get(key);
    if (owner === undefined) ownerOf.set(key, email.toLowerCase());
    else if (owner !== email.toLowerCase()) lost.add(place);
  }
  if (lost.size === 0) return { rows, notes: [] };
  return {
    rows: rows.map((row) => (lost.has(row.place) ? { ...row, value: asAlias(row.value) } : row)),
    notes: [...lost].map((place) => ({
      place,
      field: 'referralSlug',
      code: 'slug_taken',
      detail:
        'Another affiliate has this slug. It is kept as an alias; give this affiliate a slug of its own.',
    })),
  };
}

function asAlias({ referralSlug, ...value }: Placed['value']): Placed['value'] {
  return referralSlug === undefined
    ? value
    : { ...value, linkAliases: [...(value.linkAliases ?? []), referralSlug] };
}
