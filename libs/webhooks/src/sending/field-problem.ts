/** What is wrong with one field of an endpoint, for the `errors` of problem details. */
export interface FieldProblem {
  /** Within the field that was checked, as RFC 6901 writes it: `/amount`, or empty for the field itself. */
  readonly pointer: string;
  readonly code: string;
  /** What is wrong and what to do. */
  readonly detail: string;
}

export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
