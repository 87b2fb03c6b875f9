import { arrayLiteral } from '../array-literal.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { ReadAffiliate } from './affiliate-input.js';
import { type AffiliateRow, type AffiliateView, affiliateView } from './affiliate-view.js';

/** A person as stored, as far as an intake may change it. */
export interface StoredAffiliate {
  readonly id: string;
  readonly full_name: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly external_id: string | null;
  readonly country: string | null;
  readonly email_confirmed_at: string | null;
  readonly referral_slug: string | null;
  readonly link_aliases: readonly string[];
  readonly paypal_email: string | null;
  readonly wise_email: string | null;
  readonly source_data: Readonly<Record<string, string>>;
}

/** An affiliate with its place among those that came in. */
export interface Placed {
  readonly place: number;
  readonly value: ReadAffiliate;
}

/** A new person, out of `item` with the texts that came in; $1 is the organisation, $9 the import. */
const insertFrom = (item: string): string => `
  INSERT INTO affiliate (id, organization_id, email, full_name, first_name, last_name, external_id, joined_at,
                         import_id, country, email_confirmed_at, referral_slug, link_aliases, paypal_email, wise_email,
                         source_data)
  SELECT new_id(), $1, email, full_name, first_name, last_name, external_id,
         coalesce(joined_at, date_trunc('second', now())), $9, country, email_confirmed_at, referral_slug,
         coalesce(link_aliases::text[], '{}'), paypal_email, wise_email, coalesce(source_data::jsonb, '{}')
    FROM ${item}
  ON CONFLICT (organization_id, email_key) DO NOTHING`;

/** {@link INSERT_NEW} for one row: nothing to sort, nothing to tell apart, and what was stored comes back with it. */
const INSERT_ONE = `${insertFrom(`(
    SELECT $2::text AS email, $3::text AS full_name, $4::text AS first_name, $5::text AS last_name,
           $6::text AS external_id, $7::timestamptz AS joined_at, $8::text AS country,
           $10::timestamptz AS email_confirmed_at, $11::text AS referral_slug, $12::text AS link_aliases,
           $13::text AS paypal_email, $14::text AS wise_email, $15::text AS source_data) AS item`)}
  RETURNING *`;

/**
 * Inserts whose address is new. Which addresses are equal is decided here and nowhere else: by the same lower() that
 * makes `email_key`. Locks are taken in the order of the addresses, so that two intakes cannot deadlock. The first of
 * several rows with one address makes the person.
 */
const INSERT_NEW = `
  WITH item AS MATERIALIZED (
    SELECT i.*, lower(i.email) AS key
      FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $10::text[],
                  $11::timestamptz[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
        AS i(place, email, full_name, first_name, last_name, external_id, joined_at, country, email_confirmed_at,
             referral_slug, link_aliases, paypal_email, wise_email, source_data)
  ), candidate AS (
    SELECT DISTINCT ON (key) * FROM item ORDER BY key, place
  ), inserted AS ( ${insertFrom('candidate ORDER BY key')}
    RETURNING id, email_key
  )
  SELECT c.place, n.id FROM inserted n JOIN candidate c ON c.key = n.email_key`;

/**
 * Sees also what another transaction inserted while {@link INSERT_NEW} waited for it. One look into the index per row:
 * while a large import fills an empty table, the planner takes an organisation for a few rows and would read all of it.
 */
const findExistingWith = (lock: string): string => `
  WITH item AS MATERIALIZED (
    SELECT i.place, lower(i.email) AS key FROM unnest($2::int[], $3::text[]) AS i(place, email) ORDER BY key, place
  )
  SELECT i.place, found.*
    FROM item i CROSS JOIN LATERAL (
      SELECT a.id, a.full_name, a.first_name, a.last_name, a.external_id, a.country,
             a.email_confirmed_at::text AS email_confirmed_at, a.referral_slug, a.link_aliases, a.paypal_email,
             a.wise_email, a.source_data
        FROM affiliate a WHERE a.organization_id = $1 AND a.email_key = i.key LIMIT 1 ${lock}
    ) AS found`;
const FIND_EXISTING = findExistingWith('');
const LOCK_EXISTING = findExistingWith('FOR NO KEY UPDATE');

const UPDATE_CHANGED = `
  UPDATE affiliate a SET full_name = u.full_name, first_name = u.first_name, last_name = u.last_name,
         external_id = u.external_id, country = u.country, email_confirmed_at = u.email_confirmed_at,
         referral_slug = u.referral_slug, link_aliases = u.link_aliases::text[], paypal_email = u.paypal_email,
         wise_email = u.wise_email, source_data = u.source_data::jsonb, updated_at = now()
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[],
                $10::text[], $11::text[], $12::text[], $13::text[])
      AS u(id, full_name, first_name, last_name, external_id, country, email_confirmed_at, referral_slug, link_aliases,
           paypal_email, wise_email, source_data)
   WHERE a.organization_id = $1 AND a.id = u.id`;

/** The same evidence twice is one piece of evidence; rows are never changed. */
const ADD_CONSENT = `
  INSERT INTO consent (id, organization_id, affiliate_id, basis, wording, source, recorded_at)
  SELECT new_id(), $1, i.affiliate_id, i.basis, i.wording, i.source, now()
    FROM (SELECT DISTINCT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[])
            AS u(affiliate_id, basis, wording, source)) AS i`;

const UNLESS_KNOWN = `
   WHERE NOT EXISTS (
     SELECT FROM consent c WHERE c.organization_id = $1 AND c.affiliate_id = i.affiliate_id AND c.basis = i.basis
        AND c.wording IS NOT DISTINCT FROM i.wording AND c.source IS NOT DISTINCT FROM i.source)`;

/** @returns ids of the people that are new, by place. */
export async function insertNew(
  { tx, organizationId }: UnitOfWork,
  rows: readonly Placed[],
  importId: string | null,
): Promise<ReadonlyMap<number, string>> {
  const values = rows.map(({ value }) => columnsOf(value));
  const inserted: { place: number; id: string }[] = await tx.query(INSERT_NEW, [
    organizationId,
    rows.map(({ place }) => place),
    values.map((one) => one.email),
    values.map((one) => one.fullName),
    values.map((one) => one.firstName),
    values.map((one) => one.lastName),
    values.map((one) => one.externalId),
    values.map((one) => one.joinedAt),
    importId,
    values.map((one) => one.country),
    values.map((one) => one.emailConfirmedAt),
    values.map((one) => one.referralSlug),
    values.map((one) => one.linkAliases),
    values.map((one) => one.paypalEmail),
    values.map((one) => one.wiseEmail),
    values.map((one) => one.sourceData),
  ]);
  return new Map(inserted.map(({ place, id }) => [place, id]));
}

/** @returns the new person, in no campaign yet; undefined when there is one with this address. */
export async function insertOne(
  { tx, organizationId }: UnitOfWork,
  value: ReadAffiliate,
  importId: string | null,
): Promise<AffiliateView | undefined> {
  const one = columnsOf(value);
  const [row]: Omit<AffiliateRow, 'enrolments'>[] = await tx.query(INSERT_ONE, [
    organizationId,
    one.email,
    one.fullName,
    one.firstName,
    one.lastName,
    one.externalId,
    one.joinedAt,
    one.country,
    importId,
    one.emailConfirmedAt,
    one.referralSlug,
    one.linkAliases,
    one.paypalEmail,
    one.wiseEmail,
    one.sourceData,
  ]);
  return row === undefined ? undefined : affiliateView({ ...row, enrolments: null });
}

type Column =
  | 'fullName'
  | 'firstName'
  | 'lastName'
  | 'externalId'
  | 'joinedAt'
  | 'country'
  | 'emailConfirmedAt'
  | 'referralSlug'
  | 'linkAliases'
  | 'paypalEmail'
  | 'wiseEmail'
  | 'sourceData';

/** As texts for the statement, which converts them. */
function columnsOf(
  value: ReadAffiliate,
): Readonly<Record<Column, string | null>> & { readonly email: string } {
  return {
    email: value.email,
    fullName: value.name?.full ?? null,
    firstName: value.name?.given ?? null,
    lastName: value.name?.family ?? null,
    externalId: value.externalId ?? null,
    joinedAt: value.joinedAt?.toISOString() ?? null,
    country: value.country ?? null,
    emailConfirmedAt: value.emailConfirmedAt?.toISOString() ?? null,
    referralSlug: value.referralSlug ?? null,
    linkAliases: value.linkAliases === undefined ? null : arrayLiteral(value.linkAliases),
    paypalEmail: value.paypalEmail ?? null,
    wiseEmail: value.wiseEmail ?? null,
    sourceData: value.sourceData === undefined ? null : JSON.stringify(value.sourceData),
  };
}

/** The people these rows are about, as far as they are known; locked unless somebody only looks. */
export async function findExisting(
  { tx, organizationId }: UnitOfWork,
  rows: readonly Placed[],
  options: { readonly lock: boolean },
): Promise<ReadonlyMap<number, StoredAffiliate>> {
  const existing: (StoredAffiliate & { place: number })[] = await tx.query(
    options.lock ? LOCK_EXISTING : FIND_EXISTING,
    [organizationId, rows.map(({ place }) => place), rows.map(({ value }) => value.email)],
  );
  return new Map(existing.map(({ place, ...affiliate }) => [place, affiliate]));
}

export async function updateAffiliates(
  { tx, organizationId }: UnitOfWork,
  affiliates: readonly StoredAffiliate[],
): Promise<void> {
  await tx.query(UPDATE_CHANGED, [
    organizationId,
    affiliates.map((one) => one.id),
    affiliates.map((one) => one.full_name),
    affiliates.map((one) => one.first_name),
    affiliates.map((one) => one.last_name),
    affiliates.map((one) => one.external_id),
    affiliates.map((one) => one.country),
    affiliates.map((one) => one.email_confirmed_at),
    affiliates.map((one) => one.referral_slug),
    affiliates.map((one) => arrayLiteral(one.link_aliases)),
    affiliates.map((one) => one.paypal_email),
    affiliates.map((one) => one.wise_email),
    affiliates.map((one) => JSON.stringify(one.source_data)),
  ]);
}

/** @param fresh the people are new, so nothing is known of any consent of theirs. */
export async function addConsents(
  { tx, organizationId }: UnitOfWork,
  rows: readonly { readonly affiliateId: string; readonly value: ReadAffiliate }[],
  { fresh }: { readonly fresh: boolean } = { fresh: false },
): Promise<void> {
  const given = rows.flatMap(({ affiliateId, value }) =>
    value.consent === undefined ? [] : [{ affiliateId, ...value.consent }],
  );
  if (given.length === 0) return;
  await tx.query(fresh ? ADD_CONSENT : ADD_CONSENT + UNLESS_KNOWN, [
    organizationId,
    given.map((one) => one.affiliateId),
    given.map((one) => one.basis),
    given.map((one) => one.wording),
    given.map((one) => one.source),
  ]);
}
