import { randomInt } from 'node:crypto';

const PRIME_ONE = 0x01000193;
const PRIME_TWO = 0x85ebca6b;

/**
 * The addresses of a file met so far, in 16 to 32 bytes each, where a set of texts would take a hundred and more. Two
 * addresses are told apart by 64 bits, keyed anew for each run.
 */
export class SeenAddresses {
  readonly #seed: readonly [number, number] = [randomInt(0xffffffff), randomInt(0xffffffff)];
  #slots = new Uint32Array(2 * 4096);
  #size = 0;

  has(address: string): boolean {
    const [one, other] = this.#hash(address);
    const place = find(this.#slots, one, other);
    return this.#slots[place] !== 0 || this.#slots[place + 1] !== 0;
  }

  add(address: string): void {
    if (this.#size * 4 >= this.#slots.length) this.#grow();
    const [one, other] = this.#hash(address);
    const place = find(this.#slots, one, other);
    if (this.#slots[place] === 0 && this.#slots[place + 1] === 0) this.#size += 1;
    this.#slots[place] = one;
    this.#slots[place + 1] = other;
  }

  #grow(): void {
    const before = this.#slots;
    const after = new Uint32Array(before.length * 2);
    for (let place = 0; place < before.length; place += 2) {
      const [one = 0, other = 0] = [before[place], before[place + 1]];
      if (one === 0 && other === 0) continue;
      const free = find(after, one, other);
      after[free] = one;
      after[free + 1] = other;
    }
    this.#slots = after;
  }

  #hash(address: string): readonly [number, number] {
    let [one, other] = this.#seed;
    for (let index = 0; index < address.length; index += 1) {
      const code = address.charCodeAt(index);
      one = Math.imul(one ^ code, PRIME_ONE);
      other = Math.imul(other ^ code ^ (other >>> 15), PRIME_TWO);
    }
    one = mix(one ^ (other >>> 7));
    other = mix(other ^ address.length);
    // Nothing but zeros marks a free slot.
    return one === 0 && other === 0 ? [1, 0] : [one, other];
  }
}

function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Place of the entry, or of the free slot where it belongs. */
function find(slots: Uint32Array, one: number, other: number): number {
  const mask = slots.length - 1;
  let place = (one * 2) & mask & ~1;
  for (;;) {
    const [a, b] = [slots[place], slots[place + 1]];
    if ((a === 0 && b === 0) || (a === one && b === other)) return place;
    place = (place + 2) & mask;
  }
}
