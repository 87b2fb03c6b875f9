import type { VendorExchange } from './vendor-exchange.js';

/** Requests under way that end when a signal does: one listener for all of them, for as long as there are any. */
export class CutBySignal {
  static readonly #known = new WeakMap<AbortSignal, CutBySignal>();

  readonly #underWay = new Set<VendorExchange>();
  readonly #cutAll = (): void => {
    for (const exchange of this.#underWay) exchange.abort();
  };

  private constructor(private readonly signal: AbortSignal) {}

  /** The same for everybody who goes by the same signal. */
  static of(signal: AbortSignal): CutBySignal {
    const known = CutBySignal.#known.get(signal);
    if (known !== undefined) return known;
    const made = new CutBySignal(signal);
    CutBySignal.#known.set(signal, made);
    return made;
  }

  follow(exchange: VendorExchange): void {
    if (this.#underWay.size === 0) this.signal.addEventListener('abort', this.#cutAll);
    this.#underWay.add(exchange);
  }

  unfollow(exchange: VendorExchange): void {
    this.#underWay.delete(exchange);
    if (this.#underWay.size === 0) this.signal.removeEventListener('abort', this.#cutAll);
  }
}
