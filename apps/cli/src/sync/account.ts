import type { CodeText } from '../api/answers.js';
import type { RefusedRow } from '../csv/affiliate-row.js';
import { isOpen, type Standing } from './delivery-standings.js';

/** People or events in one state for one reason. */
export interface Group {
  readonly state: string;
  readonly count: number;
  readonly reason?: CodeText;
  /** Addresses of the first of them. */
  readonly people: readonly string[];
}

/** Where one person, or the person's event, stands. */
export interface PersonStanding extends Standing {
  readonly email: string;
}

/** What was found at the vendor itself. Only the sandbox can be asked. */
export interface Landed {
  readonly profiles: number;
  /** People who have the event that tells of their approval. */
  readonly events: number;
  /** Events that are there a second time. */
  readonly repeatedEvents: number;
  /** Addresses of people who are said to be delivered and were not found. */
  readonly missing: readonly string[];
}

export interface Counted {
  readonly rows: number;
  readonly people: number;
  readonly duplicates: number;
  readonly refused: readonly RefusedRow[];
  readonly leftRejected: number;
  readonly contacts: readonly PersonStanding[];
  readonly events: readonly PersonStanding[];
  /** Undefined where the vendor cannot be asked. */
  readonly landed: Landed | undefined;
}

export interface Account {
  readonly delivered: number;
  readonly eventsDelivered: number;
  readonly contactGroups: readonly Group[];
  readonly eventGroups: readonly Group[];
  readonly addsUp: boolean;
  /** Every count that does not fit, in words. */
  readonly mismatches: readonly string[];
}

const PEOPLE_NAMED = 5;

/** Holds the counts against each other. Nothing is derived from the number it is compared with. */
export function account(counted: Counted): Account {
  const { rows, people, duplicates, refused, leftRejected, contacts, events, landed } = counted;
  const delivered = countOf(contacts, 'delivered');
  const eventsDelivered = countOf(events, 'delivered');
  const onTheWay = contacts.filter(isOpen).length + events.filter(isOpen).length;
  const unknown = countOf(contacts, 'unknown');
  const mismatches = [
    rows === people + duplicates + refused.length
      ? undefined
      : `${rows} rows were read, but ${people} people + ${duplicates} repeats + ${refused.length} refused rows make ${people + duplicates + refused.length}.`,
    people === contacts.length + leftRejected
      ? undefined
      : `${people} people were taken in, but ${contacts.length} approved + ${leftRejected} rejected make ${contacts.length + leftRejected}.`,
    onTheWay === 0 ? undefined : `${onTheWay} deliveries are still on their way.`,
    unknown === 0 ? undefined : `For ${unknown} approved people there is no delivery.`,
    ...landedMismatches(landed, delivered, eventsDelivered),
  ].filter((mismatch) => mismatch !== undefined);
  return {
    delivered,
    eventsDelivered,
    contactGroups: groups(contacts),
    eventGroups: groups(events),
    addsUp: mismatches.length === 0,
    mismatches,
  };
}

function landedMismatches(
  landed: Landed | undefined,
  delivered: number,
  eventsDelivered: number,
): readonly string[] {
  if (landed === undefined) return [];
  const { profiles, events, repeatedEvents, missing } = landed;
  const mismatches: string[] = [];
  if (profiles !== delivered) {
    mismatches.push(`${delivered} people were delivered, but ${profiles} profiles are in the sandbox.`);
  }
  if (missing.length > 0) mismatches.push(`Not found in the sandbox: ${missing.slice(0, 5).join(', ')}.`);
  if (events !== eventsDelivered) {
    mismatches.push(
      `The approval was told for ${eventsDelivered} people, but ${events} have the event in the sandbox.`,
    );
  }
  if (repeatedEvents > 0) mismatches.push(`${repeatedEvents} events are in the sandbox twice.`);
  return mismatches;
}

function countOf(standings: readonly Standing[], state: string): number {
  return standings.filter((standing) => standing.state === state).length;
}

/** By state and code, the largest group first. */
function groups(standings: readonly PersonStanding[]): readonly Group[] {
  const found = new Map<string, Group>();
  for (const { email, state, reason } of standings) {
    // What was delivered may carry a note, which is no reason to tell it apart.
    const kept = state === 'delivered' ? undefined : reason;
    const key = `${state} ${kept?.code ?? ''}`;
    const { count = 0, people = [] } = found.get(key) ?? {};
    found.set(key, {
      ...{ state, count: count + 1 },
      ...(kept === undefined ? {} : { reason: kept }),
      people: people.length < PEOPLE_NAMED ? [...people, email] : people,
    });
  }
  return [...found.values()].sort((one, other) => other.count - one.count);
}
