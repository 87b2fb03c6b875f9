import type { EnrolmentStatus } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { ReadFilter } from './enrolment-filter.js';

export interface Matching {
  readonly campaignId: string;
  readonly status: readonly EnrolmentStatus[];
  readonly filter: ReadFilter;
}

const MATCHES = `
  FROM enrolment e
  JOIN affiliate a ON a.organization_id = e.organization_id AND a.id = e.affiliate_id
 WHERE e.organization_id = $1 AND e.campaign_id = $2 AND e.status = ANY ($3::text[])
   AND ($4::text IS NULL OR strpos(a.email_key, $4) > 0 OR strpos(lower(a.full_name), $4) > 0)
   AND ($5::text IS NULL OR lower(e.tier) = $5)
   AND ($6::text IS NULL OR EXISTS (SELECT FROM unnest(e.extra_tags) AS tag WHERE lower(tag) = $6))
   AND ($7::timestamptz IS NULL OR e.applied_at < $7)`;

const COUNT = `SELECT count(*)::integer AS count ${MATCHES}`;

/** The affiliates stay as they are until the end of the transaction, as for every decision. */
const PAGE = `SELECT e.id ${MATCHES} AND ($8::uuid IS NULL OR e.id > $8) ORDER BY e.id LIMIT $9 FOR SHARE OF a`;

export async function countMatching({ tx, organizationId }: UnitOfWork, matching: Matching): Promise<number> {
  const rows: { count: number }[] = await tx.query(COUNT, values(organizationId, matching));
  return rows[0]?.count ?? 0;
}

/** Ids of enrolments, page by page in order, `most` of them at most. */
export async function* matchingEnrolments(
  { tx, organizationId }: UnitOfWork,
  matching: Matching,
  sizes: { readonly page: number; readonly most: number },
): AsyncGenerator<readonly string[]> {
  let after: string | null = null;
  for (let left = sizes.most; left > 0;) {
    const wanted = Math.min(sizes.page, left);
    const rows: { id: string }[] = await tx.query(PAGE, [...values(organizationId, matching), after, wanted]);
    if (rows.length > 0) yield rows.map((row) => row.id);
    const last = rows.at(-1);
    if (last === undefined || rows.length < wanted) return;
    after = last.id;
    left -= rows.length;
  }
}

function values(organizationId: string, { campaignId, status, filter }: Matching): unknown[] {
  return [organizationId, campaignId, status, filter.search, filter.tier, filter.tag, filter.appliedBefore];
}
