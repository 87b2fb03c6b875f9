import { foundOf, joinDeltas, type WrittenDelta } from './contact.js';
import { endsTheCall } from './failures.js';
import type { Failure, Outcome, Success, Warning } from './outcome.js';

/** What one or several steps of a call came to. A provider adds what its own steps hand on. */
export interface Steps {
  readonly written?: WrittenDelta;
  readonly warnings?: readonly Warning[];
  readonly failure?: Failure;
}

/**
 * Adds a later step. Of two failures one of the way to the vendor counts for more, because what stood behind it was never
 * tried and has to be; otherwise the first one is told. Of further members the later one holds.
 */
export function together<Own extends Steps>(first: Own, second: Own): Own {
  const failure =
    endsTheCall(second.failure) && !endsTheCall(first.failure)
      ? second.failure
      : (first.failure ?? second.failure);
  const written =
    first.written === undefined || second.written === undefined
      ? (first.written ?? second.written)
      : joinDeltas(first.written, second.written);
  const warnings = [...(first.warnings ?? []), ...(second.warnings ?? [])];
  return {
    ...first,
    ...second,
    ...(written === undefined ? {} : { written }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** The outcome of a call: its failure, or `success`, with what got in and what is to be told. */
export function outcomeOf({ written, warnings = [], failure }: Steps, success: Success['kind']): Outcome {
  return {
    ...(failure ?? { kind: success }),
    ...(written === undefined ? {} : { written }),
    ...told(warnings),
  };
}

/** Warnings as part of an outcome; no key where there are none. */
export function told(warnings: readonly Warning[]): { readonly warnings?: readonly Warning[] } {
  return warnings.length === 0 ? {} : { warnings };
}

/** Collects what the steps of one call came to, for steps that follow one another. Lives as long as the call. */
export class Progress {
  protected steps: Steps = {};
  protected sent = false;

  /** @param success What a call without failure came to, if anything was sent: what the vendor's yes is worth. */
  constructor(private readonly success: 'accepted' | 'confirmed' = 'confirmed') {}

  get failure(): Failure | undefined {
    return this.steps.failure;
  }

  get failed(): boolean {
    return this.failure !== undefined;
  }

  /** Whether the next request would meet the same failure. */
  get stopped(): boolean {
    return endsTheCall(this.failure);
  }

  /** Something was sent and taken. */
  add(written: WrittenDelta = {}): void {
    this.sent = true;
    this.steps = together(this.steps, { written });
  }

  /** A look showed it: told whatever becomes of the call, and nothing that was sent. */
  find(tags: readonly string[], audiences: readonly string[]): void {
    const written = foundOf(tags, audiences);
    if (Object.keys(written).length > 0) this.steps = together(this.steps, { written });
  }

  warn(...warnings: readonly Warning[]): void {
    this.steps = together(this.steps, { warnings });
  }

  fail(failure: Failure): void {
    this.steps = together(this.steps, { failure });
  }

  /** `unchanged` when nothing was sent. Parts of what was written that say nothing are left out. */
  outcome(): Outcome {
    const { written = {}, ...steps } = this.steps;
    const parts = Object.entries(written).filter(([, part]) => !isEmpty(part));
    return outcomeOf(
      { ...steps, ...(parts.length === 0 ? {} : { written: Object.fromEntries(parts) }) },
      this.sent ? this.success : 'unchanged',
    );
  }
}

function isEmpty(part: unknown): boolean {
  return typeof part === 'object' && part !== null && Object.keys(part).length === 0;
}
