import type { ReadAffiliate } from './affiliate-input.js';
import type { StoredAffiliate } from './affiliate-statements.js';

/** What comes in for somebody known: `update` replaces values, `fill` only fills gaps, `skip` leaves the person alone. */
export type KnownPeople = 'update' | 'fill' | 'skip';

/** The person after this row. Absent never erases, a slug once given stays, further slugs become aliases. */
export function mergeAffiliate(
  stored: StoredAffiliate,
  value: ReadAffiliate,
  known: Exclude<KnownPeople, 'skip'>,
): StoredAffiliate {
  const choose = (here: string | null, given: string | undefined): string | null =>
    known === 'update' ? (given ?? here) : (here ?? given ?? null);
  const renamed = value.name !== undefined && (known === 'update' || stored.full_name === null);
  const slug = stored.referral_slug ?? value.referralSlug ?? null;
  return {
    id: stored.id,
    full_name: renamed ? value.name.full : stored.full_name,
    first_name: renamed ? (value.name.given ?? null) : stored.first_name,
    last_name: renamed ? (value.name.family ?? null) : stored.last_name,
    external_id: choose(stored.external_id, value.externalId),
    country: choose(stored.country, value.country),
    email_confirmed_at: stored.email_confirmed_at ?? value.emailConfirmedAt?.toISOString() ?? null,
    referral_slug: slug,
    link_aliases: withAliases(stored.link_aliases, slug, [
      ...(value.referralSlug === undefined ? [] : [value.referralSlug]),
      ...(value.linkAliases ?? []),
    ]),
    paypal_email: choose(stored.paypal_email, value.paypalEmail),
    wise_email: choose(stored.wise_email, value.wiseEmail),
    source_data:
      value.sourceData === undefined
        ? stored.source_data
        : known === 'update'
          ? { ...stored.source_data, ...value.sourceData }
          : { ...value.sourceData, ...stored.source_data },
  };
}

/** Adds what is new, in any letter case, and is not the slug itself. */
export function withAliases(
  aliases: readonly string[],
  slug: string | null,
  further: readonly string[],
): readonly string[] {
  if (further.length === 0) return aliases;
  const seen = new Set([...aliases, ...(slug === null ? [] : [slug])].map((one) => one.toLowerCase()));
  const added = further.filter((one) => {
    const key = one.toLowerCase();
    return !seen.has(key) && seen.add(key);
  });
  return added.length === 0 ? aliases : [...aliases, ...added];
}

/** Whether a CRM may have to hear of it. */
export function isOfInterest(before: StoredAffiliate, after: StoredAffiliate): boolean {
  return (
    before.full_name !== after.full_name ||
    before.first_name !== after.first_name ||
    before.last_name !== after.last_name ||
    before.external_id !== after.external_id ||
    before.country !== after.country
  );
}
