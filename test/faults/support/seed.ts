import { createHash, randomBytes } from 'node:crypto';

/** Numbers from 0 to 1; the same for the same seed and name. */
export type Stream = () => number;

const SEED_BITS = 64n;

/**
 * One 64-bit seed for a whole campaign. Everything that is drawn (operations, faults, their times) comes from a stream
 * with a name of its own, so that one more draw in one place changes nothing anywhere else.
 */
export class Seed {
  private constructor(readonly value: bigint) {}

  /** @param text decimal, or hexadecimal with 0x; absent: a new one. @throws Error when it is no 64-bit number */
  static from(text: string | undefined): Seed {
    if (text === undefined || text === '') return new Seed(randomBytes(8).readBigUInt64BE());
    if (!/^(\d+|0x[0-9a-f]+)$/i.test(text) || BigInt(text) >> SEED_BITS !== 0n)
      throw new Error(`A seed is a whole number of up to 64 bits, not "${text}".`);
    return new Seed(BigInt(text));
  }

  stream(name: string): Stream {
    const state = createHash('sha256').update(`${this.value}\n${name}`).digest();
    return smallFastCounter(
      state.readUInt32LE(0),
      state.readUInt32LE(4),
      state.readUInt32LE(8),
      state.readUInt32LE(12),
    );
  }

  toString(): string {
    return this.value.toString();
  }
}

/** sfc32 by Chris Doty-Humphrey (PractRand): 128 bits of state, and quick. */
function smallFastCounter(a: number, b: number, c: number, counter: number): Stream {
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
}

/** A whole number from `low` to `high`, both included. */
export function between(stream: Stream, low: number, high: number): number {
  return low + Math.floor(stream() * (high - low + 1));
}

export function oneOf<T>(stream: Stream, list: readonly T[]): T {
  const item = list[Math.floor(stream() * list.length)];
  if (item === undefined) throw new Error('There is nothing to choose from.');
  return item;
}
