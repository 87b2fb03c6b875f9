import {
  applyWritten,
  joinDeltas,
  type DesiredContact,
  type WrittenContact,
  type WrittenDelta,
  type WrittenField,
} from '@rekomi/provider-contract';

import { covers, intendedWrite, sameAddress, together, withWrite, type Intention } from './intention.js';

/**
 * What of ours stands at the vendor for one contact: what we know that we wrote, and what lost writes may have left.
 * Both are grounds for taking back; only the first makes the contact present.
 */
export class VendorCopy {
  private certain: WrittenContact | undefined;
  private doubts: Intention;
  /** What is on record about `doubts`. */
  private recorded: Intention;
  /** Strays that this run is done with and that stay on record. */
  private readonly seenTo = new Set<WrittenContact>();

  constructor(
    written: WrittenContact | undefined,
    intended: Intention,
    private readonly wanted: DesiredContact | undefined,
    private readonly writes: readonly WrittenField[],
  ) {
    this.certain = written;
    this.doubts = intended;
    this.recorded = intended;
  }

  /** What we know that we wrote. */
  get written(): WrittenContact | undefined {
    return this.certain;
  }

  /** What has to be assumed at the address that is dealt with: known and doubtful together. */
  get assumed(): WrittenContact | undefined {
    const doubt = this.doubtHere();
    if (this.certain === undefined) return doubt;
    return doubt === undefined ? this.certain : together(this.certain, doubt);
  }

  get isDoubtful(): boolean {
    return this.doubtHere() !== undefined;
  }

  /** Something that a lost write may have left under another address, to be taken back by itself. */
  get stray(): WrittenContact | undefined {
    const here = this.address();
    return this.doubts.find(
      (one) =>
        !this.seenTo.has(one) && !(here !== undefined && sameAddress(one.email, here)) && !this.isWanted(one),
    );
  }

  /** What has to be on record before the wanted state is sent; undefined when all of it is. */
  ahead(): Intention | undefined {
    if (this.wanted === undefined) return undefined;
    const write = intendedWrite(this.wanted, this.writes);
    if (covers(this.certain, write) || this.doubts.some((one) => covers(one, write))) return undefined;
    this.recorded = withWrite(this.doubts, write);
    return this.recorded;
  }

  /** What has to be on record from now on; undefined when that is what is there. */
  toRecord(): Intention | undefined {
    const same = this.doubts === this.recorded || (this.doubts.length === 0 && this.recorded.length === 0);
    return same ? undefined : this.doubts;
  }

  /** The wanted state is there. `mayReturn`: a lost write may still bring back what this one took away. */
  wrote(delta: WrittenDelta | undefined, mayReturn: boolean): void {
    const before = this.assumed;
    const dealtWith = this.doubtHere();
    let now = applyWritten(
      before,
      joinDeltas(mayReturn ? withoutLosses(delta) : delta),
      this.wanted?.email ?? '',
    );
    const { email } = now;
    for (const one of this.doubts)
      if (sameAddress(one.email, email)) now = together(now, { ...one, tags: [], audiences: [] });
    this.certain = now;
    // Who moves to an address where something doubtful stands has not taken that away: it was no part of what the write
    // compared with.
    this.doubts = this.doubts.filter(
      (one) => !sameAddress(one.email, email) || (one !== dealtWith && !this.isWanted(one)),
    );
    if (mayReturn && before !== undefined && !sameAddress(before.email, email))
      this.doubts = withWrite(this.doubts, before);
  }

  /** All that was assumed is taken away. */
  tookBack(mayReturn: boolean): void {
    if (mayReturn) return;
    const here = this.doubtHere();
    this.doubts = this.doubts.filter((one) => one !== here);
    this.certain = undefined;
  }

  /** A stray is dealt with for now. `stays`: it is not known to be gone for good. */
  dealtWith(stray: WrittenContact, stays: boolean): void {
    if (stays) this.seenTo.add(stray);
    else this.doubts = this.doubts.filter((one) => one !== stray);
  }

  /** A call failed after it had changed this much. */
  changed(delta: WrittenDelta, options: { readonly removing: boolean; readonly mayReturn: boolean }): void {
    // What was doubtful stays so: it is taken back as a whole.
    if (options.removing && this.certain === undefined) return;
    const told = options.mayReturn ? withoutLosses(delta) : delta;
    this.certain = applyWritten(this.certain, joinDeltas(told), this.wanted?.email ?? '');
  }

  /** A write of the wanted state may have arrived, and nobody knows. */
  doubt(): void {
    if (this.wanted === undefined) return;
    const write = intendedWrite(this.wanted, this.writes);
    if (!covers(this.certain, write)) this.doubts = withWrite(this.doubts, write);
  }

  private doubtHere(): WrittenContact | undefined {
    const here = this.address();
    return here === undefined ? undefined : this.doubts.find((one) => sameAddress(one.email, here));
  }

  private address(): string | undefined {
    return this.certain?.email ?? this.wanted?.email ?? this.doubts[0]?.email;
  }

  /** The write to come puts something over all of it. */
  private isWanted(one: WrittenContact): boolean {
    const { wanted } = this;
    return (
      wanted !== undefined &&
      sameAddress(one.email, wanted.email) &&
      one.tags.every((tag) => wanted.tags.includes(tag)) &&
      one.audiences.every((id) => wanted.audiences.includes(id))
    );
  }
}

function withoutLosses(delta: WrittenDelta | undefined): WrittenDelta | undefined {
  if (delta === undefined) return undefined;
  const kept = Object.entries(delta.fields ?? {}).filter(([, value]) => value !== null);
  return { ...delta, fields: Object.fromEntries(kept), tagsRemoved: [], audiencesLeft: [] };
}
