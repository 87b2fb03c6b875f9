import { notFound, problem, type ProblemException } from '@rekomi/http';
import type { ProgramProblem, ProgramResult } from '@rekomi/programs';

/** Conflicts with what something is in at the moment; every other one is about a value that is taken. */
const STATE_CODES: ReadonlySet<string> = new Set([
  'connection_disconnected',
  'auto_approve_off',
  'count_changed',
  'import_state',
  'import_begun',
  'file_gone',
  'import_undone',
  'nothing_to_undo',
]);

/** The value of a result, or its problem as an answer of the API. */
export function valueOf<T>(result: ProgramResult<T>): T {
  if (result.ok) return result.value;
  throw problemAnswer(result.problem);
}

function problemAnswer(found: ProgramProblem): ProblemException {
  switch (found.reason) {
    case 'not_found': {
      if (found.pointer === undefined) return notFound(found.what, found.id);
      const detail = `There is no such ${found.what}: ${JSON.stringify(found.id.slice(0, 100))}.`;
      return problem('not_found', {
        detail,
        errors: [{ pointer: found.pointer, code: `${found.what}_not_found`, detail }],
      });
    }
    case 'invalid':
      return problem('validation_failed', { errors: found.errors });
    case 'conflict': {
      const [first] = found.errors;
      return problem(STATE_CODES.has(first?.code ?? '') ? 'state_conflict' : 'already_exists', {
        ...(first === undefined ? {} : { detail: first.detail }),
        errors: found.errors,
      });
    }
  }
}
