/** A counted number of places. Whoever finds none waits in line, and leaves it when told to stop. */
export class Slots {
  private taken = 0;
  private readonly line: (() => void)[] = [];

  constructor(private readonly places: number) {}

  /** Resolves with a place, which has to be given back. Rejects when the signal aborts first. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.taken < this.places) {
      this.taken += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.line.splice(this.line.indexOf(enter), 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error('Stopped waiting for a place.'));
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.line.push(enter);
    });
  }

  /** The next in line takes the place over. */
  giveBack(): void {
    const next = this.line.shift();
    if (next === undefined) this.taken -= 1;
    else next();
  }
}
