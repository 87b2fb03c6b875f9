/** A second signal within this time is the same Ctrl-C: the terminal sends one to the whole group, and npm forwards its own. */
const SAME_PRESS_MS = 1_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Turns the first signal into a request to stop, and the next one into force. */
export class StopRequest {
  private readonly request = new AbortController();
  private readonly force = new AbortController();
  private firstAt = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** Aborted when the product is to stop. */
  get signal(): AbortSignal {
    return this.request.signal;
  }

  /** Aborted when it is to stop without waiting. */
  get forced(): AbortSignal {
    return this.force.signal;
  }

  get requested(): Promise<void> {
    return new Promise((resolve) => {
      if (this.signal.aborted) resolve();
      else this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  listen(): void {
    for (const name of SIGNALS) process.on(name, this.press);
  }

  close(): void {
    for (const name of SIGNALS) process.off(name, this.press);
  }

  readonly press = (): void => {
    if (!this.signal.aborted) {
      this.firstAt = this.now();
      this.request.abort();
    } else if (this.now() - this.firstAt >= SAME_PRESS_MS) {
      this.force.abort();
    }
  };
}
