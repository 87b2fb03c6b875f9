/** Every contact we write carries it. */
export const SYSTEM_TAG = 'Rekomi affiliate';

export const LONGEST_TAG = 100;
export const MOST_TAGS = 50;

/**
 * One set of tags out of several, without repeats in other letter case (the spelling met first stays) and sorted, so
 * that equal sets are equal lists.
 */
export function uniteTags(...lists: readonly (readonly string[])[]): readonly string[] {
  return distinct(lists.flat()).sort();
}

/** The system tag, the connection's defaults and what campaigns and enrolments add. */
export function contactTags(
  defaults: readonly string[],
  ...extras: readonly (readonly string[])[]
): readonly string[] {
  return uniteTags([SYSTEM_TAG], defaults, ...extras);
}

export type TagsReading =
  | { readonly ok: true; readonly tags: readonly string[] }
  | { readonly ok: false; readonly errors: readonly { readonly place?: number; readonly detail: string }[] };

/** Tags in the order given, trimmed, without repeats. A comma would split one at vendors that join tags with commas. */
export function readTags(given: readonly string[]): TagsReading {
  const errors = given.flatMap((tag, place) =>
    isTag(tag.trim())
      ? []
      : [{ place, detail: `A tag has 1 to ${LONGEST_TAG} characters, without commas and line breaks.` }],
  );
  const tags = distinct(given);
  if (tags.length > MOST_TAGS)
    return { ok: false, errors: [...errors, { detail: `At most ${MOST_TAGS} tags.` }] };
  return errors.length === 0 ? { ok: true, tags } : { ok: false, errors };
}

function isTag(tag: string): boolean {
  return tag !== '' && [...tag].length <= LONGEST_TAG && !/[,\p{Cc}\p{Cs}]/u.test(tag);
}

function distinct(given: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const tag of given.map((text) => composed(text).trim())) {
    const key = tag.toLowerCase();
    if (tag !== '' && !byKey.has(key)) byKey.set(key, tag);
  }
  return [...byKey.values()];
}

/** Plain ASCII is composed already, and asking costs more than all else that becomes of a tag. */
function composed(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : text.normalize('NFC');
}
