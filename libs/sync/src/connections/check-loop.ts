/** How often a process asks whether a connection is due to be verified: one statement, whatever their number. */
const EVERY_MS = 5_000;

/** What a loop asks again and again. */
export interface DueWork {
  /** @returns how much there was. */
  checkDue(): Promise<number>;
}

/** Runs work whose times stand in the database, one round after the other, until it is closed. */
export class CheckLoop {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private closing = false;

  constructor(
    private readonly work: DueWork,
    private readonly onFailure: (err: unknown) => void,
    private readonly everyMs: number = EVERY_MS,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.round ??= this.run().finally(() => {
        this.round = undefined;
      });
    }, this.everyMs);
    this.timer.unref();
  }

  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.timer);
    await this.round;
  }

  /** Until nothing is due. */
  private async run(): Promise<void> {
    try {
      while (!this.closing && (await this.work.checkDue()) > 0);
    } catch (err) {
      this.onFailure(err);
    }
  }
}
