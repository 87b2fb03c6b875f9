import type { Standing } from '../commissions/commission.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { EarningEnrolment } from './find-enrolment.js';

const READ = `
  SELECT count(*)::int AS of_affiliate,
         count(*) FILTER (WHERE customer_id = $4)::int AS of_customer,
         count(*) FILTER (WHERE customer_id = $4 AND kind = 'renewal' AND commission > 0)::int AS paid_renewals,
         min(occurred_at) FILTER (WHERE customer_id = $4) AS first_of_customer_at
    FROM conversion WHERE organization_id = $1 AND campaign_id = $2 AND affiliate_id = $3`;

interface StandingRow {
  readonly of_affiliate: number;
  readonly of_customer: number;
  readonly paid_renewals: number;
  readonly first_of_customer_at: Date | null;
}

/** What was booked before. Complete only while the enrolment is locked (see `lockEarningEnrolment`). */
export async function readStanding(
  { tx, organizationId }: UnitOfWork,
  { affiliateId, campaignId, tier, tierAudience }: EarningEnrolment,
  customerId: string | null,
): Promise<Standing> {
  const rows: StandingRow[] = await tx.query(READ, [organizationId, campaignId, affiliateId, customerId]);
  const [row] = rows;
  if (row === undefined) throw new Error('An aggregate returned no row.');
  return {
    affiliateConversions: row.of_affiliate,
    customerConversions: row.of_customer,
    paidRenewals: row.paid_renewals,
    ...(tier === null ? {} : { tier }),
    ...(tierAudience === null ? {} : { tierAudience }),
    ...(row.first_of_customer_at === null ? {} : { firstOfCustomerAt: row.first_of_customer_at }),
  };
}
