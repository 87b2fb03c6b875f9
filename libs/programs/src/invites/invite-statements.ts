import { arrayLiteral } from '../array-literal.js';
import type { EnrolmentStatus } from '../entities/index.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { ReadInvite } from './invite-input.js';

/** A person with their place among those that came in. */
export interface PlacedInvite {
  readonly place: number;
  readonly value: ReadInvite;
}

/** What an address is before anything is written. */
export interface AddressStanding {
  readonly place: number;
  /** Place of the first row with this address. */
  readonly first: number;
  readonly suppressed: SuppressionReason | null;
}

export type SuppressionReason = 'unsubscribed' | 'manual' | 'bounced';

export interface PersonStanding {
  readonly place: number;
  readonly affiliateId: string;
  readonly enrolmentId: string | null;
  readonly status: EnrolmentStatus | null;
  readonly archivedFrom: EnrolmentStatus | null;
  /** The one that is noted as open, though its time may be over. */
  readonly inviteId: string | null;
  readonly expiresAt: Date | null;
  readonly deliveredBy: DeliveredBy | null;
  readonly live: boolean;
}

export interface NewInvite {
  readonly affiliateId: string;
  readonly tier: string | null;
  readonly tags: readonly string[];
  readonly madeAffiliate: boolean;
}

export interface InviteTerms {
  readonly campaignId: string;
  readonly approveOnAccept: boolean;
  readonly deliveredBy: DeliveredBy;
  readonly source: string;
  readonly days: number;
}

export type DeliveredBy = 'none' | 'mail' | 'crm';

export interface OpenInvite {
  readonly inviteId: string;
  readonly affiliateId: string;
  readonly expiresAt: Date;
}

/** Which addresses are equal is decided here, by the same lower() that makes every other `email_key`. */
const ADDRESSES = `
  SELECT i.place, min(i.place) OVER (PARTITION BY i.key) AS first, s.reason AS suppressed
    FROM (SELECT u.place, lower(u.email) AS key FROM unnest($2::int[], $3::text[]) AS u(place, email)) AS i
    LEFT JOIN suppression s ON s.organization_id = $1 AND s.email_key = i.key AND s.lifted_at IS NULL`;

/** In order of the addresses, so that two calls with the same people wait for each other and never in a circle. */
const ADD_PEOPLE = `
  INSERT INTO affiliate (id, organization_id, email, full_name, first_name, last_name, joined_at)
  SELECT new_id(), $1, u.email, u.full_name, u.first_name, u.last_name, date_trunc('second', now())
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS u(email, full_name, first_name, last_name)
   ORDER BY lower(u.email)
  ON CONFLICT (organization_id, email_key) DO NOTHING
  RETURNING id`;

const NO_CONSENT = `
  INSERT INTO consent (id, organization_id, affiliate_id, basis, source, recorded_at)
  SELECT new_id(), $1, u.id, 'none_recorded', 'invite', now() FROM unnest($2::uuid[]) AS u(id)`;

const LOCK_PEOPLE = `
  WITH item AS MATERIALIZED (
    SELECT u.place, lower(u.email) AS key FROM unnest($2::int[], $3::text[]) AS u(place, email)
  )
  SELECT i.place, a.id AS "affiliateId" FROM item i JOIN affiliate a ON a.organization_id = $1 AND a.email_key = i.key
   ORDER BY a.id FOR NO KEY UPDATE OF a`;

const LOCK_ENROLMENTS = `
  SELECT e.affiliate_id AS "affiliateId", e.id AS "enrolmentId", e.status, e.archived_from AS "archivedFrom"
    FROM enrolment e WHERE e.organization_id = $1 AND e.campaign_id = $2 AND e.affiliate_id = ANY ($3::uuid[])
   ORDER BY e.id FOR NO KEY UPDATE`;

const OPEN_INVITES = `
  SELECT i.affiliate_id AS "affiliateId", i.id AS "inviteId", i.expires_at AS "expiresAt", i.expires_at > now() AS live,
         i.delivered_by AS "deliveredBy"
    FROM invite i
   WHERE i.organization_id = $1 AND i.campaign_id = $2 AND i.affiliate_id = ANY ($3::uuid[]) AND i.state = 'open'
   ORDER BY i.id FOR NO KEY UPDATE`;

/** Who was archived while invited, and now is invited again, is that once more. */
const ENROL = `
  INSERT INTO enrolment AS e (id, organization_id, campaign_id, affiliate_id, status)
  SELECT new_id(), $1, $2, u.id, 'invited' FROM unnest($3::uuid[]) AS u(id) ORDER BY u.id
  ON CONFLICT (organization_id, affiliate_id, campaign_id) DO UPDATE
     SET status = 'invited', archived_from = NULL, decided_at = NULL, decision_reason = NULL, updated_at = now()
   WHERE e.status = 'archived' AND e.archived_from = 'invited'`;

const EXPIRE = `
  UPDATE invite SET state = 'expired', updated_at = now()
   WHERE organization_id = $1 AND id = ANY ($2::uuid[]) AND state = 'open'`;

const ADD_INVITES = `
  INSERT INTO invite (id, organization_id, campaign_id, affiliate_id, email_key, tier, tags, approve_on_accept,
                      delivered_by, source, made_affiliate, expires_at)
  SELECT new_id(), $1, $2, a.id, a.email_key, u.tier, u.tags::text[], $7, $8, $9, u.made,
         date_trunc('second', now()) + make_interval(days => $10)
    FROM unnest($3::uuid[], $4::text[], $5::text[], $6::boolean[]) AS u(affiliate_id, tier, tags, made)
    JOIN affiliate a ON a.organization_id = $1 AND a.id = u.affiliate_id
  RETURNING id AS "inviteId", affiliate_id AS "affiliateId", expires_at AS "expiresAt"`;

/** Never shortens what somebody was promised, and never forgets that the link reached the address. */
const RENEW = `
  UPDATE invite SET
     expires_at = CASE WHEN $3::int IS NULL THEN expires_at
                       ELSE greatest(expires_at, date_trunc('second', now()) + make_interval(days => $3)) END,
     delivered_by = CASE WHEN delivered_by = 'none' THEN $4 ELSE delivered_by END, updated_at = now()
   WHERE organization_id = $1 AND id = ANY ($2::uuid[])
  RETURNING id AS "inviteId", affiliate_id AS "affiliateId", expires_at AS "expiresAt"`;

const MAILED = `
  UPDATE invite SET mails = mails + 1, mailed_at = now(), delivered_by = 'mail', updated_at = now()
   WHERE organization_id = $1 AND id = ANY ($2::uuid[])`;

export async function readAddresses(
  { tx, organizationId }: UnitOfWork,
  rows: readonly PlacedInvite[],
): Promise<readonly AddressStanding[]> {
  return tx.query(ADDRESSES, [
    organizationId,
    rows.map((row) => row.place),
    rows.map((row) => row.value.email),
  ]);
}

/** Adds those nobody knows yet. @returns their ids. */
export async function addPeople(
  { tx, organizationId }: UnitOfWork,
  rows: readonly PlacedInvite[],
): Promise<ReadonlySet<string>> {
  const added: { id: string }[] = await tx.query(ADD_PEOPLE, [
    organizationId,
    rows.map(({ value }) => value.email),
    rows.map(({ value }) => value.name?.full ?? null),
    rows.map(({ value }) => value.name?.given ?? null),
    rows.map(({ value }) => value.name?.family ?? null),
  ]);
  const ids = added.map(({ id }) => id);
  if (ids.length > 0) await tx.query(NO_CONSENT, [organizationId, ids]);
  return new Set(ids);
}

/** Locks people, then their parts in the campaign, then their invites: the order in which everybody locks them. */
export async function lockPeople(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
  rows: readonly PlacedInvite[],
): Promise<readonly PersonStanding[]> {
  const people: { place: number; affiliateId: string }[] = await tx.query(LOCK_PEOPLE, [
    organizationId,
    rows.map((row) => row.place),
    rows.map((row) => row.value.email),
  ]);
  const ids = people.map((person) => person.affiliateId);
  const enrolments: Pick<PersonStanding, 'affiliateId' | 'enrolmentId' | 'status' | 'archivedFrom'>[] =
    await tx.query(LOCK_ENROLMENTS, [organizationId, campaignId, ids]);
  const invites: Pick<PersonStanding, 'affiliateId' | 'inviteId' | 'expiresAt' | 'deliveredBy' | 'live'>[] =
    await tx.query(OPEN_INVITES, [organizationId, campaignId, ids]);
  const enrolmentOf = new Map(enrolments.map((one) => [one.affiliateId, one]));
  const inviteOf = new Map(invites.map((one) => [one.affiliateId, one]));
  const nothing = {
    enrolmentId: null,
    status: null,
    archivedFrom: null,
    inviteId: null,
    expiresAt: null,
    deliveredBy: null,
    live: false,
  };
  return people.map((person) => ({
    ...nothing,
    ...enrolmentOf.get(person.affiliateId),
    ...inviteOf.get(person.affiliateId),
    ...person,
  }));
}

/** Invites people who are locked and have no invite that counts. */
export async function addInvites(
  { tx, organizationId }: UnitOfWork,
  terms: InviteTerms,
  invites: readonly NewInvite[],
  outlived: readonly string[],
): Promise<readonly OpenInvite[]> {
  await expireInvites({ tx, organizationId }, outlived);
  if (invites.length === 0) return [];
  const ids = invites.map((one) => one.affiliateId);
  await tx.query(ENROL, [organizationId, terms.campaignId, ids]);
  return tx.query(ADD_INVITES, [
    organizationId,
    terms.campaignId,
    ids,
    invites.map((one) => one.tier),
    invites.map((one) => arrayLiteral(one.tags)),
    invites.map((one) => one.madeAffiliate),
    terms.approveOnAccept,
    terms.deliveredBy,
    terms.source,
    terms.days,
  ]);
}

export async function expireInvites(
  { tx, organizationId }: Pick<UnitOfWork, 'tx' | 'organizationId'>,
  inviteIds: readonly string[],
): Promise<void> {
  if (inviteIds.length > 0) await tx.query(EXPIRE, [organizationId, inviteIds]);
}

/** @param days from now on; undefined leaves the time as it is. */
export async function renewInvites(
  { tx, organizationId }: UnitOfWork,
  inviteIds: readonly string[],
  days: number | undefined,
  deliveredBy: DeliveredBy,
): Promise<readonly OpenInvite[]> {
  if (inviteIds.length === 0) return [];
  const [rows]: [OpenInvite[], number] = await tx.query(RENEW, [
    organizationId,
    inviteIds,
    days ?? null,
    deliveredBy,
  ]);
  return rows;
}

export async function noteMailed(
  { tx, organizationId }: UnitOfWork,
  inviteIds: readonly string[],
): Promise<void> {
  if (inviteIds.length > 0) await tx.query(MAILED, [organizationId, inviteIds]);
}
