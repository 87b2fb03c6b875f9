import type { ProviderManifest } from './manifest.js';
import type { EmulatedAnswer } from './emulator.js';
import type { ErrorCode } from './error-codes.js';
import type { CrmProvider } from './provider.js';

/** A call of a provider that asks the vendor something. */
export type ProviderCall = Exclude<keyof CrmProvider, 'manifest'>;

/** What a call has to make of an answer. */
export interface GoldenExpectation {
  /** Kind of the outcome, the page, the reading, the creation or the verification. */
  readonly kind: string;
  readonly code?: ErrorCode;
  /** The field that the outcome names, by the vendor's name. */
  readonly field?: string;
  /** Of `throttled`: milliseconds from now until when. */
  readonly untilMs?: number;
  /** Code of a warning that has to be there. */
  readonly warning?: ErrorCode;
  /** Nothing may count as written. */
  readonly unwritten?: true;
  /** Words of the vendor that the outcome has to keep. */
  readonly says?: string;
}

/**
 * One documented answer of a vendor and what it means: a row of its error table, literally as its pages print it. A
 * provider folder may export them as `GOLDEN` from `<slug>.golden.ts`, which is not built; the conformance suite plays
 * each of them over HTTP.
 */
export interface GoldenAnswer {
  /** What the vendor says, as a sentence. */
  readonly title: string;
  readonly call: ProviderCall;
  /**
   * In place of the vendor's answers, in the order of the requests; `vendor` lets the emulated vendor answer one itself,
   * and so are all later requests.
   */
  readonly answers: readonly (EmulatedAnswer | 'vendor')[];
  /** For bulk calls: one for each of three items, or one for all alike. */
  readonly expect: GoldenExpectation | readonly GoldenExpectation[];
  /** Where the vendor documents it, and when it was read. */
  readonly source: string;
  /** Settings of the connection beside the defaults. */
  readonly settings?: Readonly<Record<string, ProviderManifest['settings'][number]['default']>>;
}
