/** A connection that went silent is noticed after seconds; so long nobody waits for a look that is not theirs. */
const PATIENCE_MS = 500;

interface Look<Result> {
  readonly running: Promise<Result>;
  /** The look after it, which has not begun: everybody who asks now can have it. */
  next?: Promise<Result>;
}

/**
 * Lets those who ask for the same thing at the same time look for it together. Whoever asks while a look is under way
 * waits for the one after it: a look that began before the question may have missed what changed in between. So the
 * answer is as fresh as that of a look of one's own, nothing is remembered, and of a hundred who ask at once two look.
 */
export class SharedLook<Result> {
  readonly #looks = new Map<string, Look<Result>>();

  /** @param patienceMs after which a look that does not end is no longer waited for by those who want the next one. */
  constructor(private readonly patienceMs = PATIENCE_MS) {}

  /**
   * @param key what is asked for.
   * @param look begins after this call. When it fails, it fails for all who wait for it, and for nobody after.
   */
  ask(key: string, look: () => Promise<Result>): Promise<Result> {
    const current = this.#looks.get(key);
    if (current === undefined) return this.#begin(key, look);
    return (current.next ??= this.#patiently(current.running).then(() => this.#begin(key, look)));
  }

  #begin(key: string, look: () => Promise<Result>): Promise<Result> {
    const current: Look<Result> = { running: look() };
    this.#looks.set(key, current);
    const end = (): void => {
      if (current.next === undefined && this.#looks.get(key) === current) this.#looks.delete(key);
    };
    current.running.then(end, end);
    return current.running;
  }

  /** Until it has ended, either way, or has taken too long. */
  #patiently(running: Promise<Result>): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.patienceMs);
      const end = (): void => {
        clearTimeout(timer);
        resolve();
      };
      running.then(end, end);
    });
  }
}
