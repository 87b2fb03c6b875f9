import type { AudienceListing } from './audience-listing.js';

export type SeenAudience =
  | { readonly kind: 'found'; readonly name: string }
  | { readonly kind: 'gone'; readonly code: 'audience_missing' | 'audience_rule_based' };

/** What a listing says about single audiences. */
export interface SeenAudiences {
  /** Undefined: it says nothing about this one. */
  of(id: string): SeenAudience | undefined;
}

/**
 * A listing that failed, or that did not come to its end, proves of no audience that it is gone; nor does any where people
 * type what they want and the vendor makes it.
 */
export function seenOf(listing: AudienceListing | undefined, typed: boolean): SeenAudiences {
  if (listing?.kind !== 'listed') return { of: () => undefined };
  const complete = listing.nextCursor === undefined && !typed;
  return {
    of(id) {
      const found = listing.audiences.find((audience) => audience.id === id);
      if (found !== undefined) return { kind: 'found', name: found.name };
      if (!complete) return undefined;
      const byRules = listing.ruleBased.some((audience) => audience.id === id);
      return { kind: 'gone', code: byRules ? 'audience_rule_based' : 'audience_missing' };
    },
  };
}
