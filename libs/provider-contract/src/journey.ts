import type { ProviderAccess } from './access.js';
import { notSent, wayFailure } from './failures.js';
import type { Failure } from './outcome.js';
import { together, type Steps } from './progress.js';

/** Requests side by side; the pace of each endpoint family is kept all the same. */
const AT_ONCE = 10;

/** The same step for many, a few at a time, in order. */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  step: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(step))));
  }
  return results;
}

/** One contact on its way through a bulk call. A provider adds what it has to know of it. */
export interface Passenger<Own extends Steps = Steps> {
  progress: Own;
}

/**
 * One bulk call of the engine, for vendors that are asked contact by contact or in groups. After a failure of the way to
 * the vendor nothing more is sent, and every contact that is left is told so.
 */
export class Journey<Own extends Steps = Steps> {
  stopped: Failure | undefined;

  constructor(readonly access: ProviderAccess) {}

  /** A step of each contact, side by side. */
  each<One extends Passenger<Own>>(
    passengers: readonly One[],
    step: (passenger: One) => Promise<Own>,
  ): Promise<void> {
    return this.eachOf(passengers, (one) => one, step);
  }

  /** A step for each item, of which a contact may have several. */
  async eachOf<Item>(
    items: readonly Item[],
    whose: (item: Item) => Passenger<Own>,
    step: (item: Item) => Promise<Own>,
  ): Promise<void> {
    await sideBySide(items, async (item) => {
      this.add(whose(item), this.stopped === undefined ? await step(item) : this.withheld(this.stopped));
    });
  }

  /** One request about several contacts. */
  async together(passengers: readonly Passenger<Own>[], step: () => Promise<Own>): Promise<void> {
    const progress = this.stopped === undefined ? await step() : this.withheld(this.stopped);
    for (const one of passengers) this.add(one, progress);
  }

  add(passenger: Passenger<Own>, progress: Own): void {
    passenger.progress = together(passenger.progress, progress);
    this.stopped ??= wayFailure(progress.failure);
  }

  private withheld(stopped: Failure): Own {
    return { failure: notSent(stopped) } as Own;
  }
}
