import { markText } from '../mark.js';
import { told, type Application, type CaseFile } from './case-file.js';
import type { Violation } from './violation.js';

/**
 * Order, judged twice: by the order in which operations were acknowledged to whoever asked (the ordinal in the mark),
 * and by the engine's own numbers (lane, then place in the lane) in the database's history.
 */
export function checkOrder(file: CaseFile): readonly Violation[] {
  const states = file.acknowledgedStates();
  const lanePlace = placesInLanes(file);
  return [...file.applied.values()].flatMap((applications) => [
    ...risingOrRepeated(applications.filter(({ mark }) => mark.kind === 'event')),
    ...risingOrRepeated(applications.filter(({ mark }) => mark.kind === 'state')),
    ...stateBeforeEvent(applications, states),
    ...asInTheLane(applications, lanePlace),
  ]);
}

/** First applications rise. What comes again is the latest one, except where the vendor drops what it has seen. */
function risingOrRepeated(applications: readonly Application[]): readonly Violation[] {
  const seen = new Set<number>();
  const found: Violation[] = [];
  let latest: Application | undefined;
  for (const application of applications) {
    const { mark, vendor } = application;
    if (latest === undefined || mark.ordinal > latest.mark.ordinal) {
      latest = application;
    } else if (mark.ordinal < latest.mark.ordinal) {
      const harmless = seen.has(mark.ordinal) && mark.kind === 'event' && vendor.dedupes;
      if (!harmless)
        found.push({
          law: 'Order',
          what: `${told(application)} came ${seen.has(mark.ordinal) ? 'again ' : ''}after ${told(latest)}`,
        });
    }
    seen.add(mark.ordinal);
  }
  return found;
}

/** An event finds the person there, as the person was when it was asked for, or newer. */
function stateBeforeEvent(
  applications: readonly Application[],
  acknowledged: ReadonlyMap<number, readonly number[]>,
): readonly Violation[] {
  const found: Violation[] = [];
  let written = 0;
  for (const application of applications) {
    const { mark } = application;
    if (mark.kind === 'state') {
      written = Math.max(written, mark.ordinal);
      continue;
    }
    const before = acknowledged.get(mark.contact)?.filter((ordinal) => ordinal < mark.ordinal) ?? [];
    const needed = before.at(-1) ?? 0;
    if (written < needed || written === 0)
      found.push({
        law: 'Order',
        what: `${told(application)} came before the person's state ${needed} (the vendor had ${written})`,
      });
  }
  return found;
}

function placesInLanes(file: CaseFile): ReadonlyMap<string, readonly [number, number]> {
  const places = new Map<string, readonly [number, number]>();
  for (const { connectionId, mark, laneId, laneSeq } of file.record.database.history)
    if (mark !== undefined) places.set(`${connectionId} ${mark}`, [laneId, laneSeq]);
  return places;
}

function asInTheLane(
  applications: readonly Application[],
  places: ReadonlyMap<string, readonly [number, number]>,
): readonly Violation[] {
  const seen = new Set<string>();
  const found: Violation[] = [];
  let latest: { readonly application: Application; readonly place: readonly [number, number] } | undefined;
  for (const application of applications) {
    const text = markText(application.mark);
    if (application.mark.kind === 'state' || seen.has(text)) continue;
    seen.add(text);
    const place = places.get(`${application.vendor.connectionId} ${text}`);
    if (place === undefined) continue;
    if (latest !== undefined && comparePlaces(place, latest.place) <= 0)
      found.push({
        law: 'Order',
        what: `${told(application)} stands at ${place.join('/')} in its lane, ${told(latest.application)} at ${latest.place.join('/')}`,
      });
    latest = { application, place };
  }
  return found;
}

function comparePlaces(one: readonly [number, number], other: readonly [number, number]): number {
  return one[0] === other[0] ? one[1] - other[1] : one[0] - other[0];
}
