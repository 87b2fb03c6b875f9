import type { Audience, CrmProvider, Failure, ProviderAccess } from '@rekomi/provider-contract';

/** How many audiences one answer carries at the most; further ones are behind the cursor. */
export const AUDIENCES_AT_ONCE = 1_000;
const PAGES_AT_ONCE = 1_000;
/** Vendors with more audiences than this are not searched to the end. */
export const AUDIENCES_SEARCHED = 20_000;

export interface AudienceList {
  readonly audiences: readonly Audience[];
  /** Those that are filled by rules, where the vendor lists them beside the others. */
  readonly ruleBased: readonly Audience[];
  readonly nextCursor?: string;
}

export type AudienceListing =
  ({ readonly kind: 'listed' } & AudienceList) | { readonly kind: 'failed'; readonly failure: Failure };

/** Follows the vendor's pages from `cursor` until at least `most` audiences are there or the vendor has no more. */
export async function listAudiences(
  provider: CrmProvider,
  access: ProviderAccess,
  cursor?: string,
  most = AUDIENCES_AT_ONCE,
): Promise<AudienceListing> {
  const audiences: Audience[] = [];
  const ruleBased: Audience[] = [];
  const seen = new Set<string>();
  let next = cursor;
  do {
    if (next !== undefined) seen.add(next);
    const page = await provider.listAudiences(access, next);
    if (page.kind !== 'page') return { kind: 'failed', failure: page };
    audiences.push(...page.audiences);
    ruleBased.push(...(page.ruleBased ?? []).map(named));
    next = page.nextCursor;
    // A vendor that repeats its cursors, or hands out empty pages, would be asked for ever.
    if (next !== undefined && (seen.has(next) || seen.size >= PAGES_AT_ONCE)) next = undefined;
  } while (next !== undefined && audiences.length < most);
  return { kind: 'listed', audiences, ruleBased, ...(next === undefined ? {} : { nextCursor: next }) };
}

function named(audience: Audience | string): Audience {
  return typeof audience === 'string' ? { id: audience, name: audience } : audience;
}

export type AudienceSearch =
  | { readonly kind: 'found'; readonly audience: Audience }
  | { readonly kind: 'rule_based' }
  | { readonly kind: 'absent'; readonly searched: number }
  /** The vendor was asked and did not list, or has more than are searched. */
  | { readonly kind: 'unknown'; readonly failure?: Failure };

export async function findAudience(
  provider: CrmProvider,
  access: ProviderAccess,
  id: string,
): Promise<AudienceSearch> {
  let cursor: string | undefined;
  for (let searched = 0; searched < AUDIENCES_SEARCHED;) {
    const listing = await listAudiences(provider, access, cursor);
    if (listing.kind === 'failed') return { kind: 'unknown', failure: listing.failure };
    const audience = listing.audiences.find((one) => one.id === id);
    if (audience !== undefined) return { kind: 'found', audience };
    if (listing.ruleBased.some((one) => one.id === id)) return { kind: 'rule_based' };
    searched += listing.audiences.length;
    if (listing.nextCursor === undefined) return { kind: 'absent', searched };
    cursor = listing.nextCursor;
  }
  return { kind: 'unknown' };
}

export type AudiencesNamed =
  | { readonly kind: 'found'; readonly audiences: readonly Audience[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** All that have exactly this name, among the first of a very long list. */
export async function findAudiencesNamed(
  provider: CrmProvider,
  access: ProviderAccess,
  name: string,
): Promise<AudiencesNamed> {
  const listing = await listAudiences(provider, access, undefined, AUDIENCES_SEARCHED);
  if (listing.kind === 'failed') return listing;
  return { kind: 'found', audiences: listing.audiences.filter((one) => one.name === name) };
}
