import type { CaseFile } from './case-file.js';
import type { Violation } from './violation.js';

/** Every delivery is counted once, and nothing is left in anybody's hand. */
export function checkConservation(file: CaseFile): readonly Violation[] {
  const { history, open, lanes, drains, totals } = file.record.database;
  const found: Violation[] = [];
  for (const { connectionId, created, openTails, settled } of totals) {
    const name = file.vendor(connectionId)?.slug ?? connectionId;
    const settledCount = Object.values(settled).reduce((sum, count) => sum + count, 0);
    const openCount = open.filter((delivery) => delivery.connectionId === connectionId).length;
    if (created + openTails !== settledCount + openCount)
      found.push({
        law: 'Conserve',
        what: `${name}: ${created} + ${openTails} were created, ${settledCount} settled and ${openCount} are open`,
      });
    for (const [kindAndState, counted] of Object.entries(settled)) {
      const rows = history.filter(
        (row) => row.connectionId === connectionId && `${row.kind} ${row.state}` === kindAndState,
      ).length;
      if (rows !== counted)
        found.push({
          law: 'Conserve',
          what: `${name}: ${counted} count as "${kindAndState}", history has ${rows}`,
        });
    }
    const inHistory = history.filter((row) => row.connectionId === connectionId).length;
    if (inHistory !== settledCount)
      found.push({ law: 'Conserve', what: `${name}: history has ${inHistory} rows, totals ${settledCount}` });
  }
  for (const { slug, connectionId } of file.record.vendors)
    if (!totals.some((total) => total.connectionId === connectionId))
      found.push({ law: 'Conserve', what: `${slug}: there are no totals` });
  const leased = lanes.filter((lane) => lane.leased).length;
  if (leased > 0) found.push({ law: 'Conserve', what: `${leased} lanes are left in somebody's hand` });
  if (drains > 0) found.push({ law: 'Conserve', what: `${drains} drains are left` });
  return found;
}
