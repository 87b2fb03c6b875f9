/**
 * What a vendor asks of the name of an event. Every part that is absent is not asked for. The rules hold for the name as it
 * is sent, after the merchant's own renaming; where they are broken, the event is refused before a request is made.
 */
export interface EventNameRules {
  /** In bytes of UTF-8, where the vendor counts bytes. */
  readonly maximumBytes?: number;
  /** In characters (code points), where the vendor counts characters. */
  readonly maximumCharacters?: number;
  readonly form?: {
    /** A regular expression, without anchors, that the whole name has to match. */
    readonly pattern: string;
    /** The same in words, to stand behind "has to be": `of letters, digits and underscores`. */
    readonly words: string;
  };
  /** Names that the vendor keeps for itself, in lower case, compared without regard to case; a trailing `*` stands for any rest. */
  readonly reserved: readonly string[];
  /** Vendor page and date. */
  readonly source: string;
}

export type EventNameFault = 'blank' | 'too_long' | 'form' | 'reserved';

/** Why a name cannot be an event's at the vendor; undefined when it can, or when the vendor asks nothing. */
export function eventNameFault(rules: EventNameRules | undefined, given: string): EventNameFault | undefined {
  const name = given.trim();
  if (name === '') return 'blank';
  if (rules === undefined) return undefined;
  const { maximumBytes = Infinity, maximumCharacters = Infinity, form, reserved } = rules;
  if (new TextEncoder().encode(name).length > maximumBytes) return 'too_long';
  if ([...name].length > maximumCharacters) return 'too_long';
  if (form !== undefined && !new RegExp(`^(?:${form.pattern})$`, 'u').test(name)) return 'form';
  const key = name.toLowerCase();
  const isKept = reserved.some((entry) =>
    entry.endsWith('*') ? key.startsWith(entry.slice(0, -1)) : key === entry,
  );
  return isKept ? 'reserved' : undefined;
}
