import type { UnitOfWork } from '../unit-of-work.js';

const ADD = `
  WITH item AS (
    SELECT DISTINCT ON (lower(i.email), lower(i.alias)) lower(i.email) AS key, i.alias
      FROM unnest($2::text[], $3::text[]) AS i(email, alias)
  ), further AS (
    SELECT a.id, array_agg(i.alias ORDER BY i.alias) AS aliases
      FROM item i JOIN affiliate a ON a.organization_id = $1 AND a.email_key = i.key
     WHERE lower(i.alias) IS DISTINCT FROM a.referral_slug_key
       AND NOT EXISTS (SELECT FROM unnest(a.link_aliases) AS known WHERE lower(known) = lower(i.alias))
     GROUP BY a.id
  )
  UPDATE affiliate a SET link_aliases = a.link_aliases || f.aliases, updated_at = now()
    FROM further f WHERE a.organization_id = $1 AND a.id = f.id`;

/** Adds further link words to people who are known. */
export async function addAliases(
  { tx, organizationId }: UnitOfWork,
  further: readonly { readonly email: string; readonly aliases: readonly string[] }[],
): Promise<void> {
  const rows = further.flatMap(({ email, aliases }) => aliases.map((alias) => ({ email, alias })));
  if (rows.length === 0) return;
  await tx.query(ADD, [organizationId, rows.map(({ email }) => email), rows.map(({ alias }) => alias)]);
}
