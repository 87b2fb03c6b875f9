import type { Tenancy } from '@rekomi/database';

import { ReceiptSampling } from '../core/receipt-sampling.js';
import type { ActiveConnection } from './connection.js';
import type { EngineParts } from './engine-parts.js';

/** Connections whose first writes were read back, as far as this process knows: it need not ask again. */
const begun = new WeakMap<Tenancy, Set<string>>();

/** Undefined when nothing of this connection is read back: the vendor cannot be read, or nothing is written any more. */
export function receiptSampling(
  { tenancy, provider, random }: EngineParts,
  { id, provider: slug, state, receiptPercent }: ActiveConnection,
): ReceiptSampling | undefined {
  if (receiptPercent === undefined || state !== 'verified') return undefined;
  if (provider(slug)?.readContact === undefined) return undefined;
  const known = begun.get(tenancy) ?? new Set<string>();
  begun.set(tenancy, known);
  return new ReceiptSampling(receiptPercent, random, known.has(id), () => known.add(id));
}
