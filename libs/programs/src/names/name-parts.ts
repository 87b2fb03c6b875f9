/** The two parts of a name, in words. Together they hold every word there was. */
export interface NameParts {
  readonly given: readonly string[];
  readonly family: readonly string[];
}

/** Hyphen, dashes, plus: alone between two words they join them. */
const JOINT = /^[-‐–—+&]$/u;

/**
 * Words that stay together when a name is divided: what is neither letter nor digit (emoji, marks) goes with the word
 * before it, and a lone hyphen with both its neighbours.
 */
export function unitsOf(words: readonly string[]): readonly string[] {
  const units: string[] = [];
  let joining = true;
  for (const word of words) {
    const last = units.at(-1);
    const isJoint = JOINT.test(word);
    if (last !== undefined && (joining || isJoint || !/[\p{L}\p{N}]/u.test(word)))
      units[units.length - 1] = `${last} ${word}`;
    else units.push(word);
    joining = isJoint || (units.length === 1 && !/[\p{L}\p{N}]/u.test(units[0] ?? ''));
  }
  return units;
}
