import {
  joinDeltas,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type Warning,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { wayFailure, type JsonObject } from './klaviyo.answers.js';
import type { Marketing, ProfilePlan } from './klaviyo.mapping.js';

/** What became of the steps so far of one contact. */
export interface Progress {
  readonly written?: WrittenDelta;
  readonly warnings?: readonly Warning[];
  readonly failure?: Failure;
  /** Something was only taken and is done later. */
  readonly later?: true;
}

/** One contact on its way. One alone and many at once go the same way. */
export interface Passenger {
  readonly plan: ProfilePlan;
  /** Nothing is certain of what stands there already. */
  readonly unsure: boolean;
  progress: Progress;
  /** What the person decided under the address that was left, where it holds for a profile that is made now. */
  left?: Marketing;
  /** The profile as the vendor answered it, once it is written. */
  profile?: JsonObject & { readonly id: string };
}

/** Requests side by side; the pace of each endpoint is kept all the same. */
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

/** One call of the engine: after a failure of the way to the vendor nothing more is sent. */
export class Journey {
  stopped: Failure | undefined;

  constructor(readonly access: ProviderAccess) {}

  /** Steps of several contacts, side by side. */
  async each(
    passengers: readonly Passenger[],
    step: (passenger: Passenger) => Promise<Progress>,
  ): Promise<void> {
    await sideBySide(passengers, async (one) => {
      this.add(one, this.stopped === undefined ? await step(one) : { failure: notSent(this.stopped) });
    });
  }

  /** One request about several contacts. */
  async together(passengers: readonly Passenger[], step: () => Promise<Progress>): Promise<void> {
    const progress = this.stopped === undefined ? await step() : { failure: notSent(this.stopped) };
    for (const one of passengers) this.add(one, progress);
  }

  private add(passenger: Passenger, progress: Progress): void {
    passenger.progress = together(passenger.progress, progress);
    this.stopped ??= wayFailure(progress.failure);
  }
}

export function outcomeOf({ written, warnings = [], failure, later }: Progress): Outcome {
  return {
    ...(failure ?? { kind: later === true ? 'accepted' : 'confirmed' }),
    ...(written === undefined ? {} : { written }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** Adds a later step; the first failure is the one that is told. */
export function together(first: Progress, second: Progress): Progress {
  const failure = first.failure ?? second.failure;
  const [delta, ...more] = [first.written, second.written].filter((written) => written !== undefined);
  return {
    ...(delta === undefined ? {} : { written: more.length === 0 ? delta : joinDeltas(delta, ...more) }),
    warnings: [...(first.warnings ?? []), ...(second.warnings ?? [])],
    ...(failure === undefined ? {} : { failure }),
    ...(first.later === true || second.later === true ? { later: true as const } : {}),
  };
}

/** For what stood behind a failure: the same answer where it holds for everyone, otherwise "not sent yet". */
export function notSent(stopped: Failure): Failure {
  if (stopped.kind === 'throttled' || stopped.kind === 'unauthorised') return stopped;
  const vendorMessage = `After ${stopped.code} nothing more was sent.`;
  return { kind: 'unavailable', code: 'send_withheld', vendorMessage };
}
