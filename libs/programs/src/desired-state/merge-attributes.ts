import { CLEAR, type Clear, type FieldValue } from '@rekomi/provider-contract';

/**
 * The attributes of several enrolments in one. Of two with the same name, in any letter case, the one of the enrolment
 * that was applied for first wins: joining another campaign never changes what is there. What was ever written to the
 * connection under a name that nobody wants any more is cleared.
 *
 * @param wanted in order of application.
 * @param everWritten names that campaigns have ever set at the connection.
 */
export function mergeAttributes(
  wanted: readonly Readonly<Record<string, FieldValue>>[],
  everWritten: readonly string[],
): Readonly<Record<string, FieldValue | Clear>> {
  const merged = new Map<string, FieldValue | Clear>();
  const taken = new Set<string>();
  for (const [name, value] of wanted.flatMap((attributes) => Object.entries(attributes).sort(byName))) {
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    merged.set(name, value);
  }
  // Last, so that at vendors with room for a limited number of attributes values come before clearings.
  for (const name of [...everWritten].sort()) {
    if (!merged.has(name)) merged.set(name, CLEAR);
  }
  return Object.fromEntries(merged);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
