/** The part of a manifest's bulk calls that decides how lanes are grouped. */
export interface GroupSize {
  readonly maximumItems: number;
  readonly worthwhileFrom: number;
}

/** What a drain has in hand. */
export interface InHand {
  readonly lanes: number;
  /** Lanes that are worked off in about a second; counts where they go one by one. */
  readonly reach: number;
  /** Groups with the vendor. */
  readonly groups: number;
  /** Lanes with the vendor that go one by one. */
  readonly singles: number;
  /** Milliseconds since the latest claim that found something. */
  readonly sinceClaimMs: number;
}

export interface ClaimRoom {
  /** Lanes to claim at the most; 0: not now. */
  readonly most: number;
  /** When to ask again if nothing comes to an end before, in milliseconds; absent: only then. */
  readonly againInMs?: number;
}

/** Lanes in hand at the same time when they are worked one by one: about what is done in a second, within these bounds. */
export const SINGLY = { least: 64, first: 64, most: 512 } as const;
/** With bulk calls: as many may go singly, because they are too few or of different kinds. */
const SINGLY_AT_ONCE = SINGLY.least;
/** With less room than this a busy drain does not claim: claiming costs the same for one lane as for many. */
const ROOM_WORTH_A_CLAIM = SINGLY_AT_ONCE / 4;
/** Groups with the vendor at the same time: while one waits for its answer, the next is prepared. */
const GROUPS_AT_ONCE = 2;
/** What is due waits so long, at the most, for others to go with it. */
export const GROUP_AGE_MS = 1_000;

/**
 * How many lanes a drain may claim. Where the vendor has bulk calls, a free vendor gets at once what is due, be it one
 * contact. A busy one lets the next group grow: what falls due meanwhile stays unclaimed, and goes together as soon as a
 * call comes to its end, at the latest after `GROUP_AGE_MS`.
 */
export function claimRoom(bulk: GroupSize | undefined, inHand: InHand): ClaimRoom {
  if (bulk === undefined) return { most: roomFor(inHand.reach, Math.ceil(inHand.reach / 4), inHand) };
  const { maximumItems, worthwhileFrom } = bulk;
  // With so many in hand already, room for a whole group is waited for.
  const worthwhile = inHand.lanes <= SINGLY_AT_ONCE ? ROOM_WORTH_A_CLAIM : maximumItems;
  const room = roomFor(Math.max(SINGLY_AT_ONCE, maximumItems * GROUPS_AT_ONCE), worthwhile, inHand);
  const busy = inHand.groups >= GROUPS_AT_ONCE || inHand.singles >= worthwhileFrom;
  if (room > 0 && busy && inHand.sinceClaimMs < GROUP_AGE_MS)
    return { most: 0, againInMs: GROUP_AGE_MS - inHand.sinceClaimMs };
  return { most: Math.min(room, maximumItems) };
}

function roomFor(most: number, worthwhile: number, { lanes }: InHand): number {
  const room = most - lanes;
  return lanes > 0 && room < worthwhile ? 0 : room;
}
