/** The command was given something it cannot use. Ends with exit code 2 and one line. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
