import type { Deviation, ErrorCode, FieldValue } from '@rekomi/provider-contract';

export type ReconciliationState = 'running' | 'done' | 'cancelled';

/** What was found of a person. `waiting`: not looked at yet; `taken_back`: no longer ours when the turn came. */
export const RECONCILED_OUTCOMES = ['waiting', 'same', 'drifted', 'missing', 'unread', 'taken_back'] as const;
export type ReconciledOutcome = (typeof RECONCILED_OUTCOMES)[number];

/** How many people were found how. */
export interface ReconciliationCounts {
  readonly looked: number;
  readonly waiting: number;
  readonly same: number;
  /** Something of ours is missing there or has another value. */
  readonly drifted: number;
  /** Nobody is there under the address. */
  readonly missing: number;
  /** The vendor could not be asked. */
  readonly unread: number;
  readonly takenBack: number;
  /** Lowered their consent at the vendor: theirs to decide, and no drift by itself. */
  readonly unsubscribed: number;
  /** Of the drifted: are in the tool, and no longer in an audience that we put them in. */
  readonly leftAudiences: number;
  readonly repaired: number;
}

/** One field, tag or audience that is not as it was written. */
export interface DriftOfPart {
  readonly part: Deviation['part'];
  /** The vendor's name of the field, the tag, the vendor's id of the audience. */
  readonly name: string;
  readonly missing: number;
  readonly different: number;
  readonly examples: readonly {
    readonly contactId: string;
    readonly wrote?: FieldValue;
    readonly found?: FieldValue;
  }[];
}

/** What the sample says about everybody: of so many people, so many deviate, with 95 in 100 between these bounds. */
export interface DriftEstimate {
  readonly of: number;
  readonly deviating: number;
  readonly atLeast: number;
  readonly atMost: number;
}

/** A comparison of what we wrote with what is there. Times are ISO 8601, UTC. */
export interface ReconciliationView {
  readonly id: string;
  readonly connectionId: string;
  readonly state: ReconciliationState;
  /** Null: everybody. */
  readonly sampleSize: number | null;
  /** People that we had written there when it began, and how many of them are looked at. */
  readonly population: number;
  readonly sampled: number;
  readonly counts: ReconciliationCounts;
  /** Absent until somebody was seen. */
  readonly estimate?: DriftEstimate;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly endedAt?: string;
  readonly repairedAt?: string;
}

export interface ReconciliationReport extends ReconciliationView {
  /** Most frequent first, at most 200. */
  readonly drift: readonly DriftOfPart[];
}

/** One person of a reconciliation. */
export interface ReconciledPerson {
  readonly contactId: string;
  readonly email?: string;
  readonly outcome: ReconciledOutcome;
  readonly consent?: string;
  readonly code?: ErrorCode;
  readonly deviations: readonly Deviation[];
  readonly untold: readonly string[];
  readonly lookedAt?: string;
  readonly repairedAt?: string;
}

/** What a repair did. */
export interface Repaired {
  /** People who are written again. */
  readonly queued: number;
  /** People left alone because only audiences they are no longer in differ. */
  readonly audiencesLeftAlone: number;
  /** People left alone because nobody is there under their address, and that was not to be repaired. */
  readonly missingLeftAlone: number;
  /** People who were written since, or are being written: what was found of them is of the past. */
  readonly changedSince: number;
}

/**
 * The share of a sample, carried over to everybody: Wilson's interval at 95 %, which also holds for small samples and for
 * shares near nothing and all. Where everybody was seen it is what was found.
 */
export function driftEstimate(population: number, seen: number, deviating: number): DriftEstimate {
  if (seen >= population) return { of: population, deviating, atLeast: deviating, atMost: deviating };
  const z = 1.96;
  const share = deviating / seen;
  const middle = (share + z ** 2 / (2 * seen)) / (1 + z ** 2 / seen);
  const half = (z / (1 + z ** 2 / seen)) * Math.sqrt((share * (1 - share)) / seen + z ** 2 / (4 * seen ** 2));
  return {
    of: population,
    deviating: Math.round(share * population),
    // What was seen to deviate, and to be in order, is certain.
    atLeast: Math.max(deviating, Math.floor((middle - half) * population)),
    atMost: Math.min(population - (seen - deviating), Math.ceil((middle + half) * population)),
  };
}
