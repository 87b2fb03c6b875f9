import type { WrittenContact } from '@rekomi/provider-contract';

import type { StoredAffiliate } from '../../affiliates/affiliate-statements.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import type { ChangedEnrolment } from './import-change.js';
import type { CurrentEnrolment, UndoFacts } from './undo-plan.js';

/** Locked in the order in which decisions lock: people first, their parts behind, each by id. */
const people = (lock: string): string => `
  SELECT a.id, a.email, a.full_name, a.first_name, a.last_name, a.external_id, a.country,
         a.email_confirmed_at::text AS email_confirmed_at, a.referral_slug, a.link_aliases, a.paypal_email, a.wise_email,
         a.source_data
    FROM affiliate a WHERE a.organization_id = $1 AND a.id = ANY ($2::uuid[]) ORDER BY a.id ${lock}`;

const enrolments = (lock: string): string => `
  SELECT e.id, e.affiliate_id, e.campaign_id, e.status, e.tier, e.given_tier, e.audience_tier, e.extra_tags, e.applied_at,
         e.decided_at, e.import_id = $3 AS made
    FROM enrolment e WHERE e.organization_id = $1 AND e.affiliate_id = ANY ($2::uuid[])
     AND (e.import_id = $3 OR e.id IN (
       SELECT (c.before->>'id')::uuid FROM import_change c
        WHERE c.organization_id = $1 AND c.import_id = $3 AND c.affiliate_id = ANY ($2::uuid[]) AND c.what = 'enrolment'))
   ORDER BY e.id ${lock}`;

const CHANGES = `
  SELECT affiliate_id, what, before, after, changed_at FROM import_change
   WHERE organization_id = $1 AND import_id = $3 AND affiliate_id = ANY ($2::uuid[])`;

interface EnrolmentRow extends ChangedEnrolment {
  readonly affiliate_id: string;
  readonly campaign_id: string;
  readonly tier: string | null;
  readonly audience_tier: string | null;
  readonly applied_at: Date;
  readonly decided_at: Date | null;
  readonly made: boolean | null;
}

interface ChangeRow {
  readonly affiliate_id: string;
  readonly what: 'affiliate' | 'enrolment';
  readonly before: never;
  readonly after: never;
  readonly changed_at: Date;
}

/** What is known of people who were in an import, in the order of the ids. */
export async function undoFacts(
  { tx, organizationId }: UnitOfWork,
  importId: string,
  affiliateIds: readonly string[],
  options: { readonly lock: boolean },
): Promise<readonly UndoFacts[]> {
  const lock = options.lock ? 'FOR NO KEY UPDATE' : '';
  const found: (StoredAffiliate & { email: string })[] = await tx.query(people(lock), [
    organizationId,
    affiliateIds,
  ]);
  const parameters = [organizationId, affiliateIds, importId];
  const parts: EnrolmentRow[] = await tx.query(enrolments(lock), parameters);
  const changes: ChangeRow[] = await tx.query(CHANGES, parameters);
  const byId = new Map(found.map((person) => [person.id, person]));
  const made = new Map(parts.flatMap((row) => (row.made === true ? [[row.affiliate_id, current(row)]] : [])));
  const byPart = new Map(parts.map((row) => [row.id, current(row)]));
  const changed = new Map(changes.map((row) => [`${row.what} ${row.affiliate_id}`, row]));
  return affiliateIds.map((affiliateId): UndoFacts => {
    const person = changed.get(`affiliate ${affiliateId}`);
    const part = changed.get(`enrolment ${affiliateId}`);
    const ours = made.get(affiliateId);
    return {
      affiliateId,
      now: byId.get(affiliateId),
      ...(ours === undefined ? {} : { made: ours }),
      ...(person === undefined ? {} : { changedPerson: { before: person.before, after: person.after } }),
      ...(part === undefined
        ? {}
        : {
            changedEnrolment: {
              before: part.before,
              after: part.after,
              now: byPart.get((part.before as ChangedEnrolment).id),
              changedAt: part.changed_at,
            },
          }),
    };
  });
}

function current(row: EnrolmentRow): CurrentEnrolment {
  return {
    ...{ id: row.id, status: row.status, given_tier: row.given_tier, extra_tags: row.extra_tags },
    ...{ campaignId: row.campaign_id, tier: row.tier, audienceTier: row.audience_tier },
    ...{ appliedAt: row.applied_at, decidedAt: row.decided_at },
  };
}

/** What of ours stands at a connection for somebody, by the ledger. */
export interface StandingCopy {
  readonly affiliateId: string;
  readonly connectionId: string;
  readonly label: string;
  readonly written: WrittenContact;
  /** For the sake of a part that the import did not make. */
  readonly wantedOtherwise: boolean;
}

/** What is at connections of these people, by person; a connection that was closed is out of reach. */
export async function standingCopies(
  { tx, organizationId }: UnitOfWork,
  importId: string,
  affiliateIds: readonly string[],
): Promise<ReadonlyMap<string, readonly StandingCopy[]>> {
  const rows: StandingCopy[] = await tx.query(
    `SELECT l.contact_id AS "affiliateId", c.id AS "connectionId", c.label, l.written,
            EXISTS (SELECT FROM enrolment e
                      JOIN campaign_destination d ON d.organization_id = $1 AND d.campaign_id = e.campaign_id
                                                 AND d.connection_id = l.connection_id AND d.enabled
                     WHERE e.organization_id = $1 AND e.affiliate_id = l.contact_id AND e.status = 'approved'
                       AND e.import_id IS DISTINCT FROM $3) AS "wantedOtherwise"
       FROM ledger l
       JOIN connection c ON c.organization_id = $1 AND c.id = l.connection_id AND c.state <> 'disabled'
      WHERE l.organization_id = $1 AND l.contact_id = ANY ($2::uuid[]) AND l.written IS NOT NULL
      ORDER BY c.label, c.id`,
    [organizationId, affiliateIds, importId],
  );
  const copies = new Map<string, StandingCopy[]>();
  for (const row of rows) copies.set(row.affiliateId, [...(copies.get(row.affiliateId) ?? []), row]);
  return copies;
}
