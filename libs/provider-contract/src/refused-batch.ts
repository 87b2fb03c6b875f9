/** Some items to be sent next. */
export interface Part<Item> {
  readonly items: readonly Item[];
  /** Each by the call for one, whose answer is final; otherwise all of them by one bulk call. */
  readonly alone: boolean;
}

/** Before so many culprits are found, nothing is concluded from them. */
const TELLING = 4;

/**
 * Finds those at fault among items that a vendor refused together without naming anybody. Only one half is tried at each
 * step: where it is taken, the culprit is in the other; where it is refused, the other half is laid aside. What was laid
 * aside goes last, in one piece. So one culprit among a thousand costs the others eleven further requests, and itself
 * one more, which brings the vendor's own words about it.
 *
 * Where so many are at fault that halving costs more than single calls, all that is left goes singly.
 */
export class RefusedBatch<Item> {
  private suspects: readonly Item[];
  private aside: readonly Item[] = [];
  private culprits: readonly Item[] = [];
  private readonly all: number;
  private found = 0;

  constructor(refused: readonly Item[]) {
    this.suspects = refused;
    this.all = refused.length;
  }

  /** Undefined: everything has had its own answer. */
  next(): Part<Item> | undefined {
    if (this.isHopeless()) return this.everythingSingly();
    if (this.suspects.length === 1) {
      this.culprits = [...this.culprits, ...this.suspects];
      this.found += 1;
      this.suspects = [];
    }
    if (this.suspects.length > 1) return part(this.suspects.slice(0, Math.floor(this.suspects.length / 2)));
    if (this.aside.length > 0) return part(this.aside);
    return this.culprits.length > 0 ? { items: this.culprits, alone: true } : undefined;
  }

  /** Takes what became of the part that `next` named: those of it that were refused, once more without a name. */
  told({ items, alone }: Part<Item>, refused: readonly Item[]): void {
    const sent = new Set(items);
    const others = this.suspects.filter((item) => !sent.has(item));
    this.culprits = this.culprits.filter((item) => !sent.has(item));
    this.aside = this.aside.filter((item) => !sent.has(item));
    if (refused.length === 0) {
      this.suspects = others;
      return;
    }
    // Alone it has its own answer, so the search goes on among what was laid aside.
    if (alone) this.found += 1;
    this.suspects = alone ? [] : refused;
    this.aside = [...this.aside, ...others];
  }

  private isHopeless(): boolean {
    const left = this.suspects.length + this.aside.length;
    return this.found >= TELLING && this.found * Math.ceil(Math.log2(this.all)) > this.all - left && left > 0;
  }

  private everythingSingly(): Part<Item> {
    const items = [...this.suspects, ...this.aside, ...this.culprits];
    return { items, alone: true };
  }
}

function part<Item>(items: readonly Item[]): Part<Item> {
  return { items, alone: items.length === 1 };
}
