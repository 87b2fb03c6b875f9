import {
  joinDeltas,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type Warning,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { wayFailure } from './braze.answers.js';
import { notSent } from './braze.api.js';
import type { OptOuts, UserPlan } from './braze.mapping.js';

/** What became of the steps so far of one contact. */
export interface Progress {
  readonly written?: WrittenDelta;
  readonly warnings?: readonly Warning[];
  readonly failure?: Failure;
}

/**
 * `undecided`: so far only the group was looked at. `new`: nobody has the address, so that the group can be given with
 * the user. `set`: nothing stands against it, by a call of its own.
 */
export type Joining = 'undecided' | 'new' | 'set' | 'there' | 'opted_out' | 'unknown';

/** One contact on its way. One alone and many at once go the same way. */
export interface Passenger {
  readonly plan: UserPlan;
  progress: Progress;
  /** Group → how the person joins it, as looks showed. */
  readonly joinings: Map<string, Joining>;
  /** What the person opted out of under the address that was left. */
  left?: OptOuts;
  /** Nobody has the address, as a look showed. */
  nobody?: boolean;
}

/** Opt-outs that a user who is made now has to begin with. Who is there already has a state of their own. */
export function carriedBy({ left, nobody }: Passenger): OptOuts {
  return left === undefined || nobody !== true ? NO_OPT_OUTS : left;
}

const NO_OPT_OUTS: OptOuts = { all: false, groups: [] };

/** Requests side by side; the pace of each family is kept all the same. */
const AT_ONCE = 10;

/** One call of the engine: after a failure of the way to the vendor nothing more is sent. */
export class Journey {
  stopped: Failure | undefined;

  constructor(readonly access: ProviderAccess) {}

  /** A step for many, a few at a time, in order. */
  async each<Item>(
    items: readonly Item[],
    whose: (item: Item) => Passenger,
    step: (item: Item) => Promise<Progress>,
  ): Promise<void> {
    for (let start = 0; start < items.length; start += AT_ONCE) {
      await Promise.all(
        items.slice(start, start + AT_ONCE).map(async (item) => {
          const { stopped } = this;
          this.add(whose(item), stopped === undefined ? await step(item) : { failure: notSent(stopped) });
        }),
      );
    }
  }

  /** One request about several contacts. */
  async together(passengers: readonly Passenger[], step: () => Promise<Progress>): Promise<void> {
    const progress = this.stopped === undefined ? await step() : { failure: notSent(this.stopped) };
    for (const one of passengers) this.add(one, progress);
  }

  add(passenger: Passenger, progress: Progress): void {
    passenger.progress = together(passenger.progress, progress);
    this.stopped ??= wayFailure(progress.failure);
  }
}

export function outcomeOf({ written, warnings = [], failure }: Progress): Outcome {
  return {
    ...(failure ?? { kind: 'accepted' }),
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
  };
}
