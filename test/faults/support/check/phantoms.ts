import { markText } from '../mark.js';
import { told, type CaseFile } from './case-file.js';
import type { Violation } from './violation.js';

/** Nothing reaches a vendor that nobody asked for, that was refused, or whose transaction was rolled back. */
export function checkPhantoms(file: CaseFile): readonly Violation[] {
  const { events, history, open } = file.record.database;
  const committed = new Set(events);
  const recorded = new Set(
    [...history, ...open].map(({ connectionId, mark }) => `${connectionId} ${mark ?? ''}`),
  );
  const found: Violation[] = [];
  for (const application of [...file.applied.values()].flat()) {
    const text = markText(application.mark);
    const outcome = file.outcomes.get(text);
    const why =
      outcome === undefined
        ? 'nobody asked for it'
        : outcome === 'refused'
          ? 'the API refused it'
          : application.mark.kind === 'state'
            ? undefined
            : !committed.has(text)
              ? 'it was never committed'
              : !recorded.has(`${application.vendor.connectionId} ${text}`)
                ? 'there is no delivery of it'
                : undefined;
    if (why !== undefined) found.push({ law: 'NoPhantom', what: `${told(application)} arrived; ${why}` });
  }
  for (const text of committed)
    if (file.outcomes.get(text) === 'refused')
      found.push({ law: 'NoPhantom', what: `${text} was refused, and is there` });
  return found;
}
