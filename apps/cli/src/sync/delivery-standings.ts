import type { CodeText, Delivery } from '../api/answers.js';

/** Where one person, or one person's event, stands: a delivery state, or `unknown` when no delivery tells. */
export interface Standing {
  readonly state: string;
  readonly reason?: CodeText;
}

const OPEN = new Set(['queued', 'sending', 'retrying']);
/** Another delivery of the same contact brought what this one would have brought. */
const MERGED = 'coalesced';

/**
 * Folds deliveries into one standing per person. They have to come newest first. An update that is on its way does
 * not take back what was delivered before, and `unchanged` means that the person is there as desired.
 */
export class DeliveryStandings {
  readonly #decided = new Map<string, Standing>();
  readonly #open = new Map<string, Standing>();

  constructor(private readonly affiliateIds: ReadonlySet<string>) {}

  take({ affiliateId, state, reason }: Pick<Delivery, 'affiliateId' | 'state' | 'reason'>): void {
    if (!this.affiliateIds.has(affiliateId) || this.#decided.has(affiliateId) || state === MERGED) return;
    const standing = {
      state: state === 'unchanged' ? 'delivered' : state,
      ...(reason === undefined ? {} : { reason }),
    };
    if (!OPEN.has(state)) this.#decided.set(affiliateId, standing);
    else if (!this.#open.has(affiliateId)) this.#open.set(affiliateId, standing);
  }

  /** Whether older deliveries can tell nothing more. */
  get complete(): boolean {
    return this.#decided.size === this.affiliateIds.size;
  }

  of(affiliateId: string): Standing {
    const decided = this.#decided.get(affiliateId);
    const open = this.#open.get(affiliateId);
    if (open === undefined) return decided ?? { state: 'unknown' };
    return decided?.state === 'delivered' ? decided : open;
  }
}

export function isOpen({ state }: Standing): boolean {
  return OPEN.has(state);
}
