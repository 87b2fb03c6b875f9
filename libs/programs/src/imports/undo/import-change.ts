import type { StoredAffiliate } from '../../affiliates/affiliate-statements.js';
import type { EnrolmentStatus } from '../../entities/index.js';
import type { UnitOfWork } from '../../unit-of-work.js';

/** Somebody's part in a campaign, as far as an intake may change it. */
export interface ChangedEnrolment {
  readonly id: string;
  readonly status: EnrolmentStatus;
  readonly given_tier: string | null;
  readonly extra_tags: readonly string[];
}

/** What an import made of somebody who was known before. */
export type ImportChange = { readonly affiliateId: string } & (
  | { readonly what: 'affiliate'; readonly before: StoredAffiliate; readonly after: StoredAffiliate }
  | { readonly what: 'enrolment'; readonly before: ChangedEnrolment; readonly after: ChangedEnrolment }
);

/** The first state before counts, the last one after. */
const RECORD = `
  INSERT INTO import_change AS c (organization_id, import_id, affiliate_id, what, before, after)
  SELECT $1, $2, u.affiliate_id, $3, u.before::jsonb, u.after::jsonb
    FROM unnest($4::uuid[], $5::text[], $6::text[]) AS u(affiliate_id, before, after) ORDER BY u.affiliate_id
  ON CONFLICT (import_id, affiliate_id, what) DO NOTHING`;

/** Puts on record how people were, so that the import can be undone. All of one kind. */
export async function recordChanges(
  { tx, organizationId }: UnitOfWork,
  importId: string,
  changes: readonly ImportChange[],
): Promise<void> {
  const [first] = changes;
  if (first === undefined) return;
  await tx.query(RECORD, [
    organizationId,
    importId,
    first.what,
    changes.map(({ affiliateId }) => affiliateId),
    changes.map(({ before }) => JSON.stringify(before)),
    changes.map(({ after }) => JSON.stringify(after)),
  ]);
}
