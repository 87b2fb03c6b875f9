import { notSent, wayFailure } from './failures.js';
import { sideBySide } from './journey.js';
import { isWholeBatch, type Failure, type Outcome } from './outcome.js';
import { RefusedBatch } from './refused-batch.js';

/** The two ways to a vendor, and who hears what came of it. `Report` is whatever the caller keeps of a call. */
export interface Sender<Item, Report> {
  /** One bulk call: an outcome for each, in order. */
  together(
    items: readonly Item[],
  ): Promise<{ readonly outcomes: readonly Outcome[]; readonly report: Report }>;
  alone(item: Item): Promise<{ readonly outcome: Outcome; readonly report: Report }>;
  /** Called once for each item, never with `wholeBatch`. Without a report the item was not sent again. */
  tell(item: Item, outcome: Outcome, report: Report | undefined): void;
}

/**
 * Sends items in bulk. What the vendor refuses as a whole without naming anybody is divided until those at fault stand
 * alone. A failure of the way to the vendor ends it: nothing is sent again that may have arrived, and what is left is
 * told that it was not sent.
 */
export async function sendInParts<Item, Report>(
  items: readonly Item[],
  sender: Sender<Item, Report>,
): Promise<void> {
  const untold = new Map<Item, Outcome>();
  let stopped: Failure | undefined;

  const together = async (part: readonly Item[]): Promise<readonly Item[]> => {
    const { outcomes, report } = await sender.together(part);
    const refused = part.filter((item, index) => {
      const outcome = outcomes[index] ?? NO_ANSWER;
      if (isWholeBatch(outcome)) untold.set(item, outcome);
      else {
        untold.delete(item);
        sender.tell(item, outcome, report);
      }
      return isWholeBatch(outcome);
    });
    stopped ??= stopIn(outcomes);
    return refused;
  };
  const alone = async (item: Item): Promise<readonly Item[]> => {
    if (stopped !== undefined) return [];
    const { outcome, report } = await sender.alone(item);
    untold.delete(item);
    sender.tell(item, settled(outcome), report);
    stopped ??= stopIn([outcome]);
    return outcome.kind === 'refused' ? [item] : [];
  };

  const batch = new RefusedBatch(await together(items));
  for (let part = batch.next(); part !== undefined && stopped === undefined; part = batch.next()) {
    const refused = part.alone ? (await sideBySide(part.items, alone)).flat() : await together(part.items);
    batch.told(part, refused);
  }
  for (const [item, { written }] of untold) {
    const outcome = notSent(stopped ?? NO_ANSWER);
    sender.tell(item, { ...outcome, ...(written === undefined ? {} : { written }) }, undefined);
  }
}

/** The failure that the next request would meet as well. Of one item among many it says nothing about the others. */
function stopIn(outcomes: readonly Outcome[]): Failure | undefined {
  const failures = outcomes.flatMap((outcome) => wayFailure(outcome) ?? []);
  const forAll = failures.find(({ kind }) => kind === 'throttled' || kind === 'unauthorised');
  return forAll ?? (failures.length === outcomes.length ? failures[0] : undefined);
}

/** Of one alone there is no whole. */
function settled(outcome: Outcome): Outcome {
  if (!isWholeBatch(outcome)) return outcome;
  const { wholeBatch: _, ...rest } = outcome;
  return rest;
}

const NO_ANSWER = { kind: 'unavailable', code: 'provider_fault' } as const;
