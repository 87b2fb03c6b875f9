/** Everything that a check needs to know of a run, as plain data: a run can be judged again from its files alone. */
export interface RunRecord {
  readonly name: string;
  readonly seed: string;
  readonly vendors: readonly VendorRecord[];
  readonly operations: readonly OperationRecord[];
  readonly faults: readonly FaultRecord[];
  /** The log of the emulated vendors, line by line as it was written. */
  readonly applied: readonly string[];
  readonly database: DatabaseRecord;
  /** The domain as the API shows it in the end. */
  readonly people: readonly PersonRecord[];
  readonly profiles: readonly ProfileRecord[];
}

export interface VendorRecord {
  readonly slug: string;
  readonly connectionId: string;
  /** Drops an event that it has seen, by its id. */
  readonly dedupes: boolean;
  /** Nobody leaves an audience there by what we take back. */
  readonly audiencesStay: boolean;
}

/** How an operation ended for whoever asked for it. `unknown`: no answer came, and it was not asked for again. */
export type OperationOutcome = 'acknowledged' | 'refused' | 'unknown';

export interface OperationRecord {
  readonly contact: number;
  readonly ordinal: number;
  readonly kind: string;
  /** What it carries. Several for a call in bulk. */
  readonly marks: readonly string[];
  readonly outcome: OperationOutcome;
  /** Of an acknowledged event: where it goes, by the API's answer. */
  readonly connectionIds?: readonly string[];
}

export interface FaultRecord {
  /** `kill worker`, `kill sandbox`, `empty queue`, … */
  readonly kind: string;
  /** Milliseconds since 1970, by the clock of this machine. */
  readonly at: number;
  /** Whether a request that the vendor took may go unnoticed by it: it is then sent once more. */
  readonly mayRepeat: boolean;
}

export interface DatabaseRecord {
  readonly history: readonly SettledRecord[];
  /** Deliveries that are still open. */
  readonly open: readonly { readonly connectionId: string; readonly kind: string; readonly mark?: string }[];
  readonly lanes: readonly {
    readonly connectionId: string;
    readonly leased: boolean;
    readonly heldCode?: string;
  }[];
  readonly drains: number;
  readonly totals: readonly {
    readonly connectionId: string;
    readonly created: number;
    readonly openTails: number;
    readonly settled: Readonly<Record<string, number>>;
  }[];
  /** Of the domain's own events: those that were committed. */
  readonly events: readonly string[];
}

export interface SettledRecord {
  readonly connectionId: string;
  readonly contact: number;
  readonly laneId: number;
  readonly laneSeq: number;
  readonly kind: string;
  readonly state: string;
  readonly code?: string;
  readonly mark?: string;
  readonly dedupeId?: string;
}

export interface PersonRecord {
  readonly contact: number;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly status: string;
  readonly tier: string | null;
  readonly tags: readonly string[];
}

export interface ProfileRecord {
  readonly vendor: string;
  readonly contact: number;
  /** Undefined: the vendor has nobody of that address. */
  readonly profile?: {
    readonly firstName?: string;
    readonly lastName?: string;
    readonly status?: string;
    readonly tier?: string;
    readonly tags: readonly string[];
    readonly inAudience: boolean;
    /** In the order in which the vendor recorded them. */
    readonly events: readonly string[];
  };
}
