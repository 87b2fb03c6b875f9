import type { ProviderCall } from './golden.js';

/** What stands at a vendor because of a call. */
export type SignSubject =
  'contact' | 'fields' | 'membership' | 'tags' | 'event' | 'taking-back' | 'erasure' | 'audience';

/** Where a vendor lists what it did not take, and how an entry says which item it means. */
export interface NamedFailures {
  /**
   * Key of an entry that holds the item's position in the request, counted from 0. Absent: entries are the address.
   */
  readonly index?: string;
  /** Lists of the request that positions count in; where there are several, `array` is the key that says which. */
  readonly items: readonly string[];
  readonly array?: string;
}

/**
 * What has to stand at one place of an answer:
 *
 * - `id`: a text or a number, not empty
 * - `address`: the person's address, in whatever letter case
 * - `list of the address`: a list in which the address is
 * - `nothing`: absent, or whatever says that there is nothing: null, false, 0, an empty text, a list or an object of such
 * - `something`: the opposite
 * - `count`: a number above 0, as a text or not, or true
 * - `object`: whatever is in it
 * - `is`: exactly this value
 * - `named`: a list (or nothing) of failures that names other items only
 */
export type SignDemand =
  | 'id'
  | 'address'
  | 'list of the address'
  | 'nothing'
  | 'something'
  | 'count'
  | 'object'
  | { readonly is: string | number | boolean }
  | { readonly named: NamedFailures };

/**
 * How a vendor says of one item that it was taken: written from its pages, by nobody who looked at the provider. A
 * success that is told without any of the signs of its call is a false one. A provider folder may export them as `SIGNS`
 * from `<slug>.signs.ts`, which is not built.
 */
export interface PositiveSign {
  readonly calls: readonly ProviderCall[];
  readonly of: SignSubject;
  /** `POST /v4/tags/:id/subscribers`; what begins with a colon is any segment. */
  readonly request: string;
  /** `success`: every one from 200 on but 207, which says that something is missing. */
  readonly status: 'success' | readonly number[];
  /** By dotted path; `''` is the whole body. Absent: the status says it all. */
  readonly body?: Readonly<Record<string, SignDemand>>;
  /** No scene of the suite brings it about; it is true all the same. */
  readonly optional?: true;
  /** Where the vendor documents it, and when it was read. */
  readonly source: string;
}
