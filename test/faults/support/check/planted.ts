import { markText } from '../mark.js';
import type { RunRecord, SettledRecord } from '../run-record.js';

/** A record that can be changed in any place. */
export type Draft = Mutable<RunRecord>;

type Mutable<T> = T extends (infer Item)[] | readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;

const DROPS = { slug: 'drops', connectionId: 'connection-1', dedupes: true, audiencesStay: false };
const KEEPS = { slug: 'keeps', connectionId: 'connection-2', dedupes: false, audiencesStay: false };
const CONTACTS = [1, 2, 3];

/**
 * A small run in which everything went as promised: three people, one that drops repeats and one that keeps them, a
 * person's name, two events, another name, a third event. Person 3 was un-approved in the end.
 */
export function soundRecord(): Draft {
  const vendors = [DROPS, KEEPS];
  const lines: string[] = [JSON.stringify({ number: 1, at: 0, started: true })];
  const history: SettledRecord[] = [];
  const operations: Draft['operations'] = [];
  for (const contact of CONTACTS) {
    const items = [
      { contact, ordinal: 1, kind: 'state' as const },
      { contact, ordinal: 2, kind: 'event' as const },
      { contact, ordinal: 3, kind: 'event' as const },
      { contact, ordinal: 4, kind: 'state' as const },
      { contact, ordinal: 5, kind: 'event' as const },
    ];
    for (const item of items) {
      const mark = markText(item);
      operations.push({
        contact,
        ordinal: item.ordinal,
        kind: item.kind,
        marks: [mark],
        outcome: 'acknowledged',
        ...(item.kind === 'event' ? { connectionIds: vendors.map(({ connectionId }) => connectionId) } : {}),
      });
      for (const { slug, connectionId } of vendors) {
        const number = lines.length + 1;
        lines.push(JSON.stringify({ number, at: number * 1_000, vendor: slug, status: 200, items: [mark] }));
        history.push({
          connectionId,
          contact,
          laneId: contact,
          laneSeq: item.ordinal,
          kind: item.kind === 'event' ? 'event' : 'contact',
          state: 'delivered',
          ...(item.kind === 'event' ? { mark, dedupeId: `${connectionId} ${mark}` } : {}),
        });
      }
    }
  }
  const events = operations.filter(({ kind }) => kind === 'event').flatMap(({ marks }) => marks);
  return {
    name: 'planted',
    seed: '1',
    vendors,
    operations,
    faults: [],
    applied: lines,
    database: {
      history,
      open: [],
      lanes: [],
      drains: 0,
      totals: vendors.map(({ connectionId }) => ({
        connectionId,
        created: 15,
        openTails: 0,
        settled: { 'contact delivered': 6, 'event delivered': 9 },
      })),
      events,
    },
    people: CONTACTS.map((contact) => ({
      contact,
      firstName: 'Ada',
      lastName: `c${contact}n4s`,
      status: contact === 3 ? 'applied' : 'approved',
      tier: 'gold',
      tags: ['Rekomi affiliate'],
    })),
    profiles: vendors.flatMap(({ slug }) =>
      CONTACTS.map((contact) => ({
        vendor: slug,
        contact,
        profile: {
          firstName: 'Ada',
          lastName: `c${contact}n4s`,
          ...(contact === 3 ? {} : { status: 'approved', tier: 'gold' }),
          tags: contact === 3 ? [] : ['Rekomi affiliate'],
          inAudience: contact !== 3,
          events: [2, 3, 5].map((ordinal) => markText({ contact, ordinal, kind: 'event' })),
        },
      })),
    ),
  };
}

/** The log with its lines numbered anew, as if they had been written in this order. */
export function renumbered(lines: readonly string[]): string[] {
  return lines.map((line, index) =>
    JSON.stringify({ ...(JSON.parse(line) as Record<string, unknown>), number: index + 1 }),
  );
}

/** Index of the line in which a vendor applied an item. */
export function lineOf(draft: Draft, vendor: string, mark: string): number {
  const found = draft.applied.findIndex((line) => {
    const entry = JSON.parse(line) as { vendor?: string; items?: string[] };
    return entry.vendor === vendor && (entry.items?.includes(mark) ?? false);
  });
  if (found < 0) throw new Error(`${vendor} never applied ${mark}.`);
  return found;
}

/** Puts one more line into the log. `at` in milliseconds. */
export function applyAgain(draft: Draft, vendor: string, mark: string, at: number): void {
  draft.applied.push(
    JSON.stringify({ number: draft.applied.length + 1, at, vendor, status: 200, items: [mark] }),
  );
}
