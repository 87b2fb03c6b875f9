import type { CsvCell } from '@rekomi/http';
import type { AffiliateView } from '@rekomi/programs';

const PAGE = 500;

const COLUMNS = {
  id: ({ id }) => id,
  email: ({ email }) => email,
  name: ({ name }) => name,
  first_name: ({ firstName }) => firstName,
  last_name: ({ lastName }) => lastName,
  external_id: ({ externalId }) => externalId,
  country: ({ country }) => country,
  referral_slug: ({ referralSlug }) => referralSlug,
  link_aliases: ({ linkAliases }) => linkAliases.join('|'),
  paypal_email: ({ paypalEmail }) => paypalEmail,
  wise_email: ({ wiseEmail }) => wiseEmail,
  joined_at: ({ joinedAt }) => joinedAt,
  campaigns: ({ enrolments }) => enrolments.map(({ campaign }) => campaign.slug).join('|'),
  statuses: ({ enrolments }) => enrolments.map(({ status }) => status).join('|'),
  tiers: ({ enrolments }) => enrolments.map(({ tier }) => tier ?? '').join('|'),
  tags: ({ enrolments }) => [...new Set(enrolments.flatMap(({ tags }) => tags))].join('|'),
} as const satisfies Record<string, (affiliate: AffiliateView) => CsvCell>;

export const AFFILIATES_CSV_HEADER = Object.keys(COLUMNS);

/** Affiliates as cells, page by page, however many there are. */
export async function* affiliateCsvRows(
  read: (page: { readonly limit: number; readonly after?: string }) => Promise<readonly AffiliateView[]>,
): AsyncGenerator<readonly CsvCell[]> {
  let after: string | undefined;
  for (;;) {
    const rows = await read({ limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const row of rows.slice(0, PAGE)) yield Object.values(COLUMNS).map((cell) => cell(row));
    after = rows[PAGE - 1]?.id;
    if (rows.length <= PAGE) return;
  }
}
