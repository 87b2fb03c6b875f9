import {
  applyWritten,
  foundOf,
  joinDeltas,
  type DesiredContact,
  type WrittenContact,
  type WrittenDelta,
  type WrittenField,
} from '@rekomi/provider-contract';

import {
  covers,
  except,
  intendedWrite,
  sameAddress,
  stillWanted,
  strange,
  together,
  withWrite,
  type Found,
  type Intention,
} from './intention.js';

/**
 * What of ours stands at the vendor for one contact: what we know that we wrote, and what lost writes may have left.
 * Both are grounds for taking back; only the first makes the contact present.
 */
export class VendorCopy {
  private certain: WrittenContact | undefined;
  private doubts: Intention;
  /** What is on record about `doubts`. */
  private recorded: Intention;
  /** What a call that failed had seen there before it wrote anything. */
  private seen: Found = {};
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

  /** What is known here, or at the address to move to, may not be all that stands there. */
  get isDoubtful(): boolean {
    const { wanted } = this;
    const ahead = wanted !== undefined && this.doubts.some(({ email }) => sameAddress(email, wanted.email));
    return ahead || this.doubtHere() !== undefined;
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
    const write = this.intended(this.wanted);
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
    const email = delta?.email ?? before?.email ?? this.wanted?.email ?? '';
    const moved = before !== undefined && !sameAddress(before.email, email);
    // What may return to an address that was left is in doubt there, and no part of what stands under the new one.
    const told = mayReturn && !moved ? withoutLosses(delta) : delta;
    // What a lost write may have left at an address that the contact moves to is ours when it is found there.
    const there = this.doubts.filter((one) => sameAddress(one.email, email));
    const claimed = there.map((one): WrittenDelta => ({
      tagsAdded: shared(told?.tagsFound, one.tags),
      audiencesJoined: shared(told?.audiencesFound, one.audiences),
    }));
    let now = applyWritten(before, joinDeltas(told, ...claimed), email);
    for (const { fields } of there) now = together(now, { email, fields, tags: [], audiences: [] });
    this.certain = stillWanted(now, this.wanted);
    // Who moves to an address where something doubtful stands has not taken that away: it was no part of what the write
    // compared with.
    this.doubts = this.doubts.filter(
      (one) => !sameAddress(one.email, email) || (one !== dealtWith && !this.isWanted(one)),
    );
    if (mayReturn && moved) this.doubts = withWrite(this.doubts, before);
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
    const { tagsFound, audiencesFound, ...changes } = options.mayReturn ? withoutLosses(delta) : delta;
    const target = this.wanted?.email ?? '';
    const found = strange(foundOf(tagsFound, audiencesFound), ...this.knownAt(target));
    // Somebody of whom nothing more was seen than what is not ours is not known to be there.
    const after =
      this.certain === undefined && isNothing(changes)
        ? undefined
        : applyWritten(this.certain, joinDeltas(changes), target);
    if (after !== undefined && sameAddress(after.email, target))
      this.certain = applyWritten(after, found, target);
    else {
      this.certain = after;
      this.seen = found;
    }
  }

  /** A write of the wanted state may have arrived, and nobody knows. */
  doubt(): void {
    if (this.wanted === undefined) return;
    const write = this.intended(this.wanted);
    if (!covers(this.certain, write)) this.doubts = withWrite(this.doubts, write);
  }

  /** What a write may leave there: not what is known to have stood there before us. */
  private intended(wanted: DesiredContact): WrittenContact {
    return except(intendedWrite(wanted, this.writes), ...this.knownAt(wanted.email), this.seen);
  }

  /** What is known or feared to stand under an address. */
  private knownAt(email: string): readonly WrittenContact[] {
    return [...(this.certain === undefined ? [] : [this.certain]), ...this.doubts].filter((one) =>
      sameAddress(one.email, email),
    );
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

function shared(some: readonly string[] = [], others: readonly string[]): readonly string[] {
  return some.filter((one) => others.includes(one));
}

function isNothing({ email, vendorId, ...parts }: WrittenDelta): boolean {
  const sizes = Object.values(parts).map((part) => Object.keys(part).length);
  return email === undefined && vendorId === undefined && sizes.every((size) => size === 0);
}

function withoutLosses(delta: WrittenDelta): WrittenDelta;
function withoutLosses(delta: WrittenDelta | undefined): WrittenDelta | undefined;
function withoutLosses(delta: WrittenDelta | undefined): WrittenDelta | undefined {
  if (delta === undefined) return undefined;
  const kept = Object.entries(delta.fields ?? {}).filter(([, value]) => value !== null);
  return { ...delta, fields: Object.fromEntries(kept), tagsRemoved: [], audiencesLeft: [] };
}
