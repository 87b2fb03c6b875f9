/** A request as it reaches a vendor's host, before any of the vendor's own parsing. */
export interface EmulatedRequest {
  readonly method: string;
  /** The vendor's host name the request was meant for. */
  readonly host: string;
  /** Raw path as sent, still percent-encoded, without the query. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface EmulatedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One thing the vendor did (or silently did not do), as its own activity log would show it. */
export interface Activity {
  /** Counts from 1 within one emulator. */
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  /** The vendor's account or workspace. */
  readonly workspace: string;
  readonly type: string;
  /** Whether it was applied; `false` for what was accepted with a success status and then ignored. */
  readonly applied: boolean;
  readonly subject?: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Somewhere to keep what was applied, so that a killed emulator comes back with the same state. */
export interface EmulatorJournal {
  /** Entries of earlier runs, oldest first. */
  replay(): Iterable<unknown>;
  /** Returns once the entry is safely stored. */
  append(entry: unknown): void;
}

export interface EmulatorOptions {
  readonly now: () => number;
  readonly journal: EmulatorJournal;
}

/**
 * A vendor as its documentation describes it, quirks and silences included. It keeps its state in memory, writes
 * every applied change to the journal before it answers, and offers its insides to tests and the console through
 * `control`. Faults are injected by the sandbox around it, on every vendor alike, unless a fault is the vendor's own.
 */
export interface VendorEmulator {
  readonly slug: string;
  /** The hosts it answers for; the same as in the manifest. */
  readonly hosts: readonly string[];
  handle(request: EmulatedRequest): EmulatedAnswer | Promise<EmulatedAnswer>;
  /**
   * Control calls under `/_sandbox/{slug}/…`, for instance `GET people`, `GET activity`, `POST workspaces`,
   * `POST reset`. Returns undefined for an unknown one.
   */
  control(method: string, path: string, query: URLSearchParams, body: unknown): unknown;
}

/** Each provider folder exports one of these from `<slug>.emulator.ts`. */
export type EmulatorFactory = (options: EmulatorOptions) => VendorEmulator;
