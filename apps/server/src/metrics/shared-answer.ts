/** One answer for everybody who asks while it is being made and shortly after. A failure is shared, and not kept. */
export class SharedAnswer<T> {
  #pending: Promise<T> | undefined;
  #kept: { readonly value: T; readonly until: number } | undefined;

  /** @param clock milliseconds that never go back. */
  constructor(
    private readonly make: () => Promise<T>,
    private readonly keptMs: number,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  get(): Promise<T> {
    if (this.#kept !== undefined && this.clock() < this.#kept.until) return Promise.resolve(this.#kept.value);
    this.#pending ??= this.make()
      .then((value) => {
        this.#kept = { value, until: this.clock() + this.keptMs };
        return value;
      })
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }
}
