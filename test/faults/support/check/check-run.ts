import type { RunRecord } from '../run-record.js';
import { CaseFile } from './case-file.js';
import { checkConservation } from './conservation.js';
import { checkConvergence } from './convergence.js';
import { checkLoss } from './loss.js';
import { checkOrder } from './order.js';
import { checkPhantoms } from './phantoms.js';
import { checkRepeats } from './repeats.js';
import type { Violation } from './violation.js';

/** Holds a run against every law. @returns everything that was broken; empty: the run is as promised. */
export function checkRun(record: RunRecord): readonly Violation[] {
  const file = new CaseFile(record);
  return [
    ...checkEvidence(file),
    ...checkLoss(file),
    ...checkPhantoms(file),
    ...checkOrder(file),
    ...checkRepeats(file),
    ...checkConvergence(file),
    ...checkConservation(file),
  ];
}

/** A record that is broken, or of a run in which nothing happened, would pass every other law. */
function checkEvidence({ log, record }: CaseFile): readonly Violation[] {
  const silent = record.vendors
    .filter(({ slug }) => !log.lines.some(({ vendor }) => vendor === slug))
    .map(({ slug }) => `${slug} never applied anything`);
  const empty = [
    ...(record.vendors.length === 0 ? ['no vendor took part'] : []),
    ...(record.operations.some(({ outcome }) => outcome === 'acknowledged')
      ? []
      : ['no operation was ever acknowledged']),
    ...(record.database.history.length === 0 ? ['the database has no history'] : []),
    ...(record.people.length === 0 ? ['there are no people'] : []),
    ...(record.profiles.length < record.people.length * record.vendors.length
      ? ['not every profile was read']
      : []),
  ];
  return [...log.faults, ...silent, ...empty].map((what) => ({ law: 'Evidence', what }));
}
