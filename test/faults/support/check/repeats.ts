import { markText } from '../mark.js';
import { told, type Application, type CaseFile } from './case-file.js';
import type { Violation } from './violation.js';

/**
 * Milliseconds for which a request may still be on its way to being applied when whoever sent it is gone: longer than
 * an emulated vendor ever takes.
 */
const STILL_LANDING_MS = 3_000;

/**
 * Repeated events. At a vendor that drops them none may be left in the end. Elsewhere each needs a fault of its own
 * between the two, and one fault explains at most one repeat of a person: what was in flight there.
 */
export function checkRepeats(file: CaseFile): readonly Violation[] {
  return [...leftAtVendors(file), ...unexplained(file), ...recordedTwice(file)];
}

function leftAtVendors(file: CaseFile): readonly Violation[] {
  const dedupes = new Set(file.record.vendors.filter((vendor) => vendor.dedupes).map(({ slug }) => slug));
  return file.record.profiles.flatMap(({ vendor, profile }) => {
    if (!dedupes.has(vendor)) return [];
    return [...counts(profile?.events ?? [])]
      .filter(([, times]) => times > 1)
      .map(([mark, times]): Violation => ({
        law: 'Dup',
        what: `${vendor} holds ${mark} ${times} times, although it drops repeats`,
      }));
  });
}

function unexplained(file: CaseFile): readonly Violation[] {
  const found: Violation[] = [];
  const faults = file.record.faults.filter(({ mayRepeat }) => mayRepeat).map(({ at }) => at);
  for (const applications of file.applied.values()) {
    const used = new Set<number>();
    for (const [earlier, later] of repeatsIn(applications)) {
      const fault = faults.find(
        (at) => !used.has(at) && at >= earlier.at - STILL_LANDING_MS && at <= later.at,
      );
      // Where repeats are dropped a whole run may come again after a fault; it needs one all the same.
      if (fault !== undefined && !later.vendor.dedupes) used.add(fault);
      if (fault === undefined)
        found.push({ law: 'Dup', what: `${told(later)} came again, and no fault explains it` });
    }
  }
  return found;
}

function recordedTwice(file: CaseFile): readonly Violation[] {
  const { history, open } = file.record.database;
  const keys = [...history, ...open].flatMap(({ connectionId, mark }) =>
    mark === undefined ? [] : [`${mark} of ${file.vendor(connectionId)?.slug ?? connectionId}`],
  );
  return [...counts(keys)]
    .filter(([, times]) => times > 1)
    .map(([what, times]): Violation => ({ law: 'Dup', what: `there are ${times} deliveries of ${what}` }));
}

/** Pairs of applications of one event, each with the one before it. */
export function repeatsIn(
  applications: readonly Application[],
): readonly (readonly [Application, Application])[] {
  const latest = new Map<string, Application>();
  return applications.flatMap((application) => {
    if (application.mark.kind === 'state') return [];
    const text = markText(application.mark);
    const earlier = latest.get(text);
    latest.set(text, application);
    return earlier === undefined ? [] : [[earlier, application] as const];
  });
}

function counts(list: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const item of list) found.set(item, (found.get(item) ?? 0) + 1);
  return found;
}
