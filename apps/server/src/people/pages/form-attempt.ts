import { ProblemException } from '@rekomi/http';

import type { FieldFault } from '../../pages/error-summary.js';

/** What came of a form: done, or shown again with what was wrong. */
export type FormAttempt<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly status: number; readonly faults: readonly FieldFault[] };

/**
 * Runs what a form asks for. Problems that name fields, or are about what was typed, become faults of the form; all others
 * are pages of their own.
 *
 * @param field that faults without a field of their own are shown at.
 */
export async function attempt<Result>(
  field: string,
  work: () => Promise<Result>,
): Promise<FormAttempt<Result>> {
  try {
    return { ok: true, result: await work() };
  } catch (err) {
    if (!(err instanceof ProblemException)) throw err;
    const { status, code, title, fix, errors = [] } = err.problem;
    const named = errors.flatMap(({ pointer, detail }) =>
      pointer === undefined ? [] : [{ field: pointer.replace(/^#\//, ''), message: detail }],
    );
    if (named.length > 0) return { ok: false, status, faults: named };
    if (code === 'credentials_wrong' || code === 'no_organization') {
      return { ok: false, status, faults: [{ field, message: `${title}. ${fix ?? ''}`.trim() }] };
    }
    throw err;
  }
}

/** What is wrong with one field. */
export function faultOf(faults: readonly FieldFault[], field: string): string | undefined {
  return faults.find((fault) => fault.field === field)?.message;
}
