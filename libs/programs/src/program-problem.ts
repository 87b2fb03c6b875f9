/** One input that is at fault. `pointer` is a JSON pointer into the request body: `#/affiliates/3/email`. */
export interface InputProblem {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** Why a wish about campaigns and affiliates was not granted. Expected, hence a value. */
export type ProgramProblem =
  /** Unknown or another organisation's. `pointer` when the id stood in the body, absent when it stood in the path. */
  | {
      readonly reason: 'not_found';
      readonly what:
        | 'campaign'
        | 'affiliate'
        | 'application'
        | 'connection'
        | 'destination'
        | 'import'
        | 'import undo'
        | 'commission plan'
        | 'conversion'
        | 'event'
        | 'event type'
        | 'invite'
        | 'suppression';
      readonly id: string;
      readonly pointer?: string;
    }
  | { readonly reason: 'invalid'; readonly errors: readonly InputProblem[] }
  /** Something stored rules it out. */
  | { readonly reason: 'conflict'; readonly errors: readonly InputProblem[] };

export type ProgramResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: ProgramProblem };

export function granted<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function denied(problem: ProgramProblem): { readonly ok: false; readonly problem: ProgramProblem } {
  return { ok: false, problem };
}
