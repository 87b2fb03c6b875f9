import { problem } from '@rekomi/http';
import type { ProgramResult } from '@rekomi/programs';

import { valueOf } from '../programs/program-problems.js';

/** The value of a result, or its problem: a conflict by its own code where the catalogue has it. */
export function inviteValueOf<T>(result: ProgramResult<T>): T {
  if (result.ok || result.problem.reason !== 'conflict') return valueOf(result);
  const { errors } = result.problem;
  const [first] = errors;
  const code = first?.code === 'mail_not_configured' ? first.code : 'state_conflict';
  throw problem(code, {
    ...(first === undefined ? {} : { detail: first.detail }),
    errors,
  });
}
