/** An end that can be explained. The message says what happened; the remedy, what to do about it. */
export class CliFailure extends Error {
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
    this.name = 'CliFailure';
  }
}
