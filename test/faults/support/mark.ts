/**
 * A mark is a word in the data of an operation: whose it is, and its place among everything that was asked for that
 * person. It travels in what the product sends anyway (a last name, an event's data), so the order at a vendor can be
 * read there without a field of our own in any request, and independently of the engine's own numbers.
 */
export interface Mark {
  readonly contact: number;
  /** Counts from 1 for each contact, in the order in which the operations were acknowledged. */
  readonly ordinal: number;
  readonly kind: 'state' | 'event';
}

const MARK = /\bc(\d+)n(\d+)([se])\b/g;

export function markText({ contact, ordinal, kind }: Mark): string {
  return `c${contact}n${ordinal}${kind === 'state' ? 's' : 'e'}`;
}

/** @returns undefined when the text is not exactly one mark */
export function parseMark(text: string): Mark | undefined {
  const [only] = marksIn(text);
  return only !== undefined && markText(only) === text ? only : undefined;
}

/** In the order in which they stand. */
export function marksIn(text: string): readonly Mark[] {
  return [...text.matchAll(MARK)].map(([, contact, ordinal, kind]) => ({
    contact: Number(contact),
    ordinal: Number(ordinal),
    kind: kind === 's' ? 'state' : 'event',
  }));
}

export function addressOf(contact: number): string {
  return `c${contact}@faults.example`;
}

/** @returns undefined for an address that is none of a campaign's */
export function contactOf(address: string): number | undefined {
  const found = /^c(\d+)@faults\.example$/.exec(address.toLowerCase());
  return found === null ? undefined : Number(found[1]);
}
