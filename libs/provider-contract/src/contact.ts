/**
 * A value that one field of a contact can hold at a vendor. Times are {@link Date}s; a provider turns them into the
 * unit its vendor wants (Customer.io: whole Unix seconds). Strings are trimmed and never empty by the time a provider
 * sees them.
 */
export type FieldValue = string | number | boolean;

/**
 * Asks for a field to be emptied at the vendor. *Absent*, *value* and *clear* are three different wishes: an absent key
 * is never sent, a value is written, and only this mark may reach a vendor as "make it empty", in the way the
 * manifest's `clearing` says.
 */
export const CLEAR = Object.freeze({ clear: true as const });
export type Clear = typeof CLEAR;

/** Where the programme stands with this person. Written to vendors as `rekomi_status`. */
export type ContactStatus = 'invited' | 'applied' | 'approved' | 'rejected';

/**
 * What we hold about a person, in our own vocabulary. Every key but `email` may be absent, and absent means "we do
 * not know, so leave the vendor's value alone", never "empty".
 */
export interface DesiredContact {
  /** Trimmed, at most 254 characters; the letter case is the one the person gave. */
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  /** For vendors that know only one name field. */
  readonly fullName?: string;
  /**
   * When this person became an affiliate: constant for the affiliate, never "now". ISO 8601, UTC, whole seconds.
   * Some vendors start campaigns on this field; see the provider's guide before sending it.
   */
  readonly createdAt?: string;
  readonly status?: ContactStatus;
  readonly tier?: string;
  /** Tag names as the merchant wrote them, without duplicates, sorted. */
  readonly tags: readonly string[];
  /** Vendor ids of the audiences to be in; a subset of what `listAudiences` returned. */
  readonly audiences: readonly string[];
  /** Further attributes. Names are ours without any prefix; a provider adds the prefix its vendor needs. */
  readonly attributes: Readonly<Record<string, FieldValue | Clear>>;
}

/**
 * What *we* have put at the vendor so far, as the ledger knows it. `fields` uses the vendor's names. It is the only
 * ground on which anything may be removed: what is not here is not ours, and what was found is not, either.
 */
export interface WrittenContact {
  /** The address under which the contact was written. Differs from the desired one after a change of address. */
  readonly email: string;
  /** The vendor's own id for the contact, when it told us. */
  readonly vendorId?: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly tags: readonly string[];
  readonly audiences: readonly string[];
  /** Wished-for tags that stood there before us: the merchant's, never taken away. None of them is in `tags`. */
  readonly tagsFound?: readonly string[];
  /** Wished-for audiences that the contact was in before us. None of them is in `audiences`. */
  readonly audiencesFound?: readonly string[];
}

/**
 * What one call changed at the vendor. Several of these add up (a contact may be in while its list was refused), so
 * each names only its own step.
 *
 * A provider claims as added (`tagsAdded`, `audiencesJoined`) only what it knows to have been absent just before: by the
 * vendor's own answer, by a look that is made anyway, or by one made for this. What was there is told as found. Where a
 * look comes first, it is told also when the write behind it fails or its end is unknown: the next try would take what
 * this one left for the merchant's, or the other way round. An audience that nobody is ever taken out of needs no look.
 */
export interface WrittenDelta {
  readonly email?: string;
  readonly vendorId?: string;
  /** Fields by the vendor's names; `null` says that the field was taken away. */
  readonly fields?: Readonly<Record<string, FieldValue | null>>;
  readonly tagsAdded?: readonly string[];
  readonly tagsRemoved?: readonly string[];
  readonly audiencesJoined?: readonly string[];
  readonly audiencesLeft?: readonly string[];
  /** Seen there while we had not put it there; see {@link applyWritten} for what is ours all the same. */
  readonly tagsFound?: readonly string[];
  readonly audiencesFound?: readonly string[];
}

/** Why we may write this person at all: evidence, quoted in the log, never translated into a vendor's opt-in. */
export interface ConsentBasis {
  readonly basis: 'application' | 'invitation' | 'import' | 'api' | 'none_recorded';
  /** ISO 8601. */
  readonly recordedAt: string;
}

/**
 * What a look at the vendor showed. Values are as the vendor returned them (Customer.io: all strings).
 */
export interface ContactSnapshot {
  readonly email: string;
  readonly vendorId?: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** `unknown` when the vendor does not say; it never counts as "not subscribed yet". */
  readonly consent: 'subscribed' | 'unsubscribed' | 'bounced' | 'complained' | 'suppressed' | 'unknown';
  /** Audience ids, rule-based ones included; absent when the vendor was not asked or did not say. */
  readonly audiences?: readonly string[];
  /** Names of tags; absent when the vendor was not asked, did not say, or keeps them as a field. */
  readonly tags?: readonly string[];
  /** When we looked. ISO 8601. */
  readonly seenAt: string;
}

/**
 * One wish about one contact. A provider compares `desired` with `previous` and sends what is missing; it never
 * needs to know why the wish came up.
 */
export interface ContactChange {
  /** Our id of the contact; for logs and correlation only, never sent as the vendor's identifier. */
  readonly contactId: string;
  /** The state to reach; for `removeContact` the state we last wished for, kept for its address. */
  readonly desired: DesiredContact;
  /** Absent when we have never written this contact through this connection. */
  readonly previous?: WrittenContact;
  /** The latest look at the vendor, if there was one. Fields with the policy "missing only" depend on it. */
  readonly observed?: ContactSnapshot;
  /**
   * Send everything that is desired, also where `previous` already equals it: an earlier request may have landed late,
   * or a person asked to send again.
   */
  readonly rewrite?: boolean;
  readonly consent?: ConsentBasis;
}

/** What `removeContact` takes back: everything in `previous` that is ours, and nothing else. */
export interface ContactRemoval {
  readonly contactId: string;
  readonly previous: WrittenContact;
}

/** What has to be added and removed for `wanted` to hold, of what is ours. */
export interface Difference {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Tags that stand for events at a vendor without events begin so: `rekomi:commission_earned`. They are ours and are
 * taken back with everything else, but a sync of the contact does not remove them.
 */
export const EVENT_TAG_PREFIX = 'rekomi:';

/** The tag that stands for an event at a vendor without events. The same for every occurrence. */
export function eventTag(eventName: string): string {
  return `${EVENT_TAG_PREFIX}${eventName}`;
}

/** Tags to add and to remove, of what is ours. With `rewrite` everything wanted is added once more. */
export function tagDifference({ desired, previous, rewrite }: ContactChange): Difference {
  const ours = (previous?.tags ?? []).filter((tag) => !tag.startsWith(EVENT_TAG_PREFIX));
  return difference(desired.tags, ours, previous?.tagsFound, rewrite);
}

/** Audiences to join and to leave, of what is ours. With `rewrite` everything wanted is joined once more. */
export function audienceDifference({ desired, previous, rewrite }: ContactChange): Difference {
  return difference(desired.audiences, previous?.audiences ?? [], previous?.audiencesFound, rewrite);
}

function difference(
  wanted: readonly string[],
  ours: readonly string[],
  found: readonly string[] = [],
  rewrite = false,
): Difference {
  return {
    add: rewrite ? wanted : wanted.filter((one) => !ours.includes(one) && !found.includes(one)),
    remove: ours.filter((one) => !wanted.includes(one)),
  };
}

/**
 * Adds what one call changed to what was known before. Pure; the order of calls is the order of merging. What we put
 * there stays ours when a later call finds it; what was found becomes ours when a later call knows that it had gone.
 */
export function applyWritten(
  previous: WrittenContact | undefined,
  delta: WrittenDelta,
  email: string,
): WrittenContact {
  const fields: Record<string, FieldValue> = { ...previous?.fields };
  for (const [name, value] of Object.entries(delta.fields ?? {})) {
    if (value === null) delete fields[name];
    else fields[name] = value;
  }
  const vendorId = delta.vendorId ?? previous?.vendorId;
  const tags = withChanges(previous?.tags, delta.tagsAdded, delta.tagsRemoved);
  const audiences = withChanges(previous?.audiences, delta.audiencesJoined, delta.audiencesLeft);
  return {
    email: delta.email ?? previous?.email ?? email,
    ...(vendorId === undefined ? {} : { vendorId }),
    fields,
    tags,
    audiences,
    ...foundOf(
      withChanges(previous?.tagsFound, delta.tagsFound, tags),
      withChanges(previous?.audiencesFound, delta.audiencesFound, audiences),
    ),
  };
}

/** What was found as part of a {@link WrittenContact} or a {@link WrittenDelta}; no key where there is none. */
export function foundOf(
  tagsFound: readonly string[] = [],
  audiencesFound: readonly string[] = [],
): Pick<WrittenContact, 'tagsFound' | 'audiencesFound'> {
  return {
    ...(tagsFound.length === 0 ? {} : { tagsFound }),
    ...(audiencesFound.length === 0 ? {} : { audiencesFound }),
  };
}

/** Joins the deltas of consecutive calls of one attempt into one. Later values win. */
export function joinDeltas(...deltas: readonly (WrittenDelta | undefined)[]): WrittenDelta {
  let joined: WrittenDelta = {};
  for (const delta of deltas) {
    if (delta === undefined) continue;
    joined = {
      ...joined,
      ...delta,
      fields: { ...joined.fields, ...delta.fields },
      tagsAdded: withChanges(joined.tagsAdded, delta.tagsAdded, delta.tagsRemoved),
      tagsRemoved: withChanges(joined.tagsRemoved, delta.tagsRemoved, delta.tagsAdded),
      audiencesJoined: withChanges(joined.audiencesJoined, delta.audiencesJoined, delta.audiencesLeft),
      audiencesLeft: withChanges(joined.audiencesLeft, delta.audiencesLeft, delta.audiencesJoined),
      ...foundOf(
        withChanges(joined.tagsFound, delta.tagsFound),
        withChanges(joined.audiencesFound, delta.audiencesFound),
      ),
    };
  }
  return joined;
}

function withChanges(
  before: readonly string[] = [],
  added: readonly string[] = [],
  removed: readonly string[] = [],
): readonly string[] {
  const all = added.length === 0 ? before : [...before, ...added];
  if (all.length === 0) return [];
  const gone = new Set(removed);
  return [...new Set(all)].filter((name) => !gone.has(name)).sort();
}
