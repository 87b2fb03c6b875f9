/**
 * The embedded server could not be used. `message` says what happened, `fix` what to do about it, and `detail` carries
 * the last lines the server or its tools printed (empty when there were none).
 */
export class EmbeddedPostgresError extends Error {
  readonly fix: string;
  readonly detail: string;

  constructor(problem: { message: string; fix: string; detail?: string }) {
    const detail = problem.detail?.trim() ?? '';
    super([problem.message, detail, `Fix: ${problem.fix}`].filter((part) => part !== '').join('\n'));
    this.name = 'EmbeddedPostgresError';
    this.fix = problem.fix;
    this.detail = detail;
  }
}
