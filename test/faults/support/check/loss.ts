import { markText, parseMark } from '../mark.js';
import type { CaseFile } from './case-file.js';
import type { Violation } from './violation.js';

/** What was acknowledged is committed; every delivery of it is applied or ended in a named state. */
export function checkLoss(file: CaseFile): readonly Violation[] {
  return [...lostStates(file), ...lostEvents(file), ...deliveredInNameOnly(file), ...stillOpen(file)];
}

/** The domain shows each person as the last acknowledged operation left them, or newer. */
function lostStates(file: CaseFile): readonly Violation[] {
  const people = new Map(file.record.people.map((person) => [person.contact, person]));
  return [...file.acknowledgedStates()].flatMap(([contact, ordinals]): readonly Violation[] => {
    const last = ordinals.at(-1) ?? 0;
    const shown = parseMark(people.get(contact)?.lastName ?? '')?.ordinal ?? 0;
    if (shown >= last) return [];
    return [
      { law: 'NoLoss', what: `person ${contact} was acknowledged as ${last} and is shown as ${shown}` },
    ];
  });
}

/** Each acknowledged event is committed, and has a delivery for each connection that the answer named. */
function lostEvents(file: CaseFile): readonly Violation[] {
  const { database, operations } = file.record;
  const committed = new Set(database.events);
  const deliveries = new Set(
    [...database.history, ...database.open].map(({ connectionId, mark }) => `${connectionId} ${mark ?? ''}`),
  );
  return operations.flatMap(({ outcome, marks, connectionIds = [] }) => {
    if (outcome !== 'acknowledged') return [];
    return marks
      .filter((mark) => parseMark(mark)?.kind === 'event')
      .flatMap((mark): readonly Violation[] => [
        ...(committed.has(mark)
          ? []
          : [{ law: 'NoLoss' as const, what: `${mark} was acknowledged and is not there` }]),
        ...connectionIds
          .filter((connectionId) => !deliveries.has(`${connectionId} ${mark}`))
          .map((connectionId) => ({
            law: 'NoLoss' as const,
            what: `${mark} has no delivery for ${file.vendor(connectionId)?.slug ?? connectionId}`,
          })),
      ]);
  });
}

/** What ended as delivered was applied, and stands in the vendor's own books. */
function deliveredInNameOnly(file: CaseFile): readonly Violation[] {
  const held = new Map(
    file.record.profiles.map(({ vendor, contact, profile }) => [
      `${vendor} ${contact}`,
      new Set(profile?.events ?? []),
    ]),
  );
  return file.record.database.history.flatMap(
    ({ kind, state, mark, contact, connectionId }): readonly Violation[] => {
      const vendor = file.vendor(connectionId);
      if (kind !== 'event' || state !== 'delivered' || mark === undefined || vendor === undefined) return [];
      const found: Violation[] = [];
      if (!file.of(vendor, contact).some((application) => markText(application.mark) === mark))
        found.push({
          law: 'NoLoss',
          what: `${mark} counts as delivered, and ${vendor.slug} never applied it`,
        });
      else if (!(held.get(`${vendor.slug} ${contact}`)?.has(mark) ?? false))
        found.push({
          law: 'NoLoss',
          what: `${mark} counts as delivered, and ${vendor.slug} does not hold it`,
        });
      return found;
    },
  );
}

/** A run is judged when it is quiet: what is still open then is stuck. */
function stillOpen(file: CaseFile): readonly Violation[] {
  const { open, lanes } = file.record.database;
  return [
    ...open.map(({ connectionId, kind, mark }) => ({
      law: 'NoLoss' as const,
      what: `a delivery (${mark ?? kind}) for ${file.vendor(connectionId)?.slug ?? connectionId} is still open`,
    })),
    ...lanes
      .filter(({ heldCode }) => heldCode !== undefined)
      .map(({ connectionId, heldCode }) => ({
        law: 'NoLoss' as const,
        what: `a lane of ${file.vendor(connectionId)?.slug ?? connectionId} is held (${heldCode ?? ''})`,
      })),
  ];
}
