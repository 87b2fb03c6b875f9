import { cleanText } from '../names/clean-text.js';
import type { FieldOption, FieldType } from './form.js';

export const MOST_OPTIONS = 250;
const LONGEST_OPTION = 200;
const WITH_OPTIONS: ReadonlySet<FieldType> = new Set(['dropdown', 'radio', 'checkboxes']);

/** Reads what a field lets choose from. */
export function readOptions(
  type: FieldType,
  given: readonly { readonly value: string; readonly label?: string | null }[],
  wrong: (place: string, code: string, detail: string) => void,
): readonly FieldOption[] {
  if (!WITH_OPTIONS.has(type)) {
    if (given.length > 0) wrong('/options', 'not_applicable', `A field of type ${type} has no options.`);
    return [];
  }
  if (given.length === 0 || given.length > MOST_OPTIONS) {
    wrong('/options', 'invalid_value', `A field of type ${type} has 1 to ${MOST_OPTIONS} options.`);
    return [];
  }
  const seen = new Set<string>();
  return given.map((option, index) => {
    const value = cleanText(option.value);
    const label = cleanText(option.label ?? '') || value;
    const possible = [value, label].every((text) => text !== '' && [...text].length <= LONGEST_OPTION);
    if (!possible) {
      wrong(`/options/${index}`, 'invalid_value', `Value and label have 1 to ${LONGEST_OPTION} characters.`);
    }
    if (seen.has(value)) wrong(`/options/${index}/value`, 'duplicate', 'Another option has this value.');
    seen.add(value);
    return { value, label };
  });
}
