import { pathSegment, wayFailure, type Failure, type ProviderAccess } from '@rekomi/provider-contract';
import { isObject, type JsonObject } from './customer-io.answers.js';
import type { ContactPlan } from './customer-io.mapping.js';
import { segmentIds } from './customer-io.people.js';
import type { CustomerIoSession } from './customer-io.session.js';

/** The name of the choice for memberships of which nobody can say whether they were there before us. */
export const UNSEEN_SETTING = 'unseenMemberships';

/** With so few people it is cheaper to look at each of them than to list a segment. */
const FEW = 3;
/** App API, "List customers in a segment", 2026-08: the largest page. Of a larger segment each person is looked at. */
const PAGE = 30_000;
const PAGES_AT_MOST = 10;

/** What a plan's segments already hold of the person. */
export type Seen =
  | { readonly kind: 'seen'; readonly found: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Nothing had to be looked up. */
export const NOBODY_ASKED: Seen = { kind: 'seen', found: [] };

/** By this name a connection remembers for a while whom it took out of a segment: a look shows them there a moment longer. */
export function leftKey(email: string, segment: string): string {
  return `left ${segment} ${email.toLowerCase()}`;
}

/** Whether what was joined, and may have been joined before us, stays when the rest is taken back. */
export function unseenStays({ settings }: Pick<ProviderAccess, 'settings'>): boolean {
  return settings[UNSEEN_SETTING] === 'stay';
}

/**
 * Which of the segments to come somebody is in already. Asked before anything is written, so that it is known also when
 * nobody hears the end of the write, and only of segments that are not ours: the ledger knows those.
 */
export async function seenBefore(session: CustomerIoSession, plan: ContactPlan): Promise<Seen> {
  if (plan.unknown.length === 0) return NOBODY_ASKED;
  if (!session.access.has('appApiKey')) return unseen(session, plan);
  const reading = await session.ask({
    door: 'app',
    method: 'GET',
    path: `/v1/customers/${pathSegment(plan.email)}/segments`,
    query: { id_type: 'email' },
    declines: [400, 404, 422],
  });
  if (reading.kind === 'failed') return withoutLook(session, plan, reading.failure);
  if (reading.kind === 'declined') {
    // Nobody of this address; any other no shows nothing.
    return reading.status === 404 ? { kind: 'seen', found: [] } : unseen(session, plan);
  }
  const { segments } = reading.body;
  if (segments !== null && !Array.isArray(segments)) return UNKNOWN;
  const ids = segmentIds(segments ?? []);
  return { kind: 'seen', found: stillThere(session, plan).filter((id) => ids.includes(id)) };
}

/** The same of many: each segment is listed once for a while, and who is in it then was there before this call. */
export async function seenBeforeOfAll(
  session: CustomerIoSession,
  plans: readonly ContactPlan[],
): Promise<readonly Seen[]> {
  const asking = plans.filter(({ unknown }) => unknown.length > 0);
  const segments = [...new Set(asking.flatMap(({ unknown }) => unknown))];
  const members = new Map<string, ReadonlySet<string> | 'large'>();
  let stopped: Failure | undefined;
  let blind = !session.access.has('appApiKey');
  for (const segment of asking.length > FEW && !blind ? segments : []) {
    const listed = await membersOf(session, segment);
    if ('kind' in listed) {
      blind = listed.failure.kind === 'unauthorised';
      stopped = blind ? undefined : listed.failure;
      break;
    }
    members.set(segment, listed.emails ?? 'large');
  }
  const results: Seen[] = [];
  for (const plan of plans) {
    const listed = plan.unknown.map((id) => [id, members.get(id)] as const);
    const isListed = listed.every(([, emails]) => emails !== undefined && emails !== 'large');
    if (plan.unknown.length === 0) results.push({ kind: 'seen', found: [] });
    else if (stopped !== undefined) results.push({ kind: 'failed', failure: stopped });
    else if (blind) results.push(unseen(session, plan));
    else if (isListed) {
      const email = plan.email.toLowerCase();
      const there = stillThere(session, plan);
      const found = listed.flatMap(([id, emails]) =>
        emails instanceof Set && emails.has(email) && there.includes(id) ? [id] : [],
      );
      results.push({ kind: 'seen', found });
    } else {
      const seen = await seenBefore(session, plan);
      if (seen.kind === 'failed') stopped = wayFailure(seen.failure);
      results.push(seen);
    }
  }
  return results;
}

function stillThere({ access }: CustomerIoSession, { email, unknown }: ContactPlan): readonly string[] {
  return unknown.filter((id) => access.memo.get(leftKey(email, id)) === undefined);
}

/** Addresses in a segment, in lower case; none of a segment that is too large, and an empty set of one that is gone. */
async function membersOf(
  session: CustomerIoSession,
  segment: string,
): Promise<
  | { readonly emails: ReadonlySet<string> | undefined }
  | { readonly kind: 'failed'; readonly failure: Failure }
> {
  const { memo } = session.access;
  const key = `members ${segment}`;
  const remembered = memo.get(key);
  if (remembered !== undefined)
    return {
      emails: remembered === 'large' ? undefined : new Set(JSON.parse(remembered) as readonly string[]),
    };
  const emails = new Set<string>();
  let start = '';
  for (let pages = 0; ; pages += 1) {
    if (pages === PAGES_AT_MOST) {
      memo.set(key, 'large');
      return { emails: undefined };
    }
    const reading = await session.ask({
      door: 'app',
      method: 'GET',
      path: `/v1/segments/${pathSegment(segment)}/membership`,
      query: { limit: String(PAGE), ...(start === '' ? {} : { start }) },
      declines: [400, 404, 422],
    });
    if (reading.kind === 'failed') return reading;
    // What becomes of a segment that is gone shows when somebody is to join it.
    if (reading.kind === 'declined') return { emails };
    const { identifiers, next } = reading.body;
    if (identifiers !== null && !Array.isArray(identifiers)) return UNKNOWN;
    for (const one of (identifiers ?? []).filter(isObject)) add(emails, one);
    if (typeof next !== 'string' || next === '' || next === start) break;
    start = next;
  }
  memo.set(key, JSON.stringify([...emails]));
  return { emails };
}

function add(emails: Set<string>, { email }: JsonObject): void {
  if (typeof email === 'string' && email !== '') emails.add(email.toLowerCase());
}

/** An App API key that is not accepted any more shows as little as none; people and events need the other one. */
function withoutLook(session: CustomerIoSession, plan: ContactPlan, failure: Failure): Seen {
  return failure.kind === 'unauthorised' ? unseen(session, plan) : { kind: 'failed', failure };
}

function unseen({ access }: CustomerIoSession, plan: ContactPlan): Seen {
  return { kind: 'seen', found: unseenStays(access) ? plan.unknown : [] };
}

const UNKNOWN: { readonly kind: 'failed'; readonly failure: Failure } = {
  kind: 'failed',
  failure: { kind: 'unavailable', code: 'answer_unknown' },
};
