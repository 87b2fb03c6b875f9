import { coalescing } from './coalescing.js';
import { interleavings } from './interleavings.js';
import type { Property } from './proof.js';
import { strictOrder } from './strict-order.js';

/** Every property with the number of its histories: with every run of the tests, and when there is time. */
export const PROOFS: readonly {
  readonly property: Property;
  readonly histories: { readonly ci: number; readonly full: number };
}[] = [
  { property: interleavings(), histories: { ci: 8_000, full: 1_000_000 } },
  { property: coalescing, histories: { ci: 4_000, full: 100_000 } },
  { property: strictOrder, histories: { ci: 80, full: 10_000 } },
];
