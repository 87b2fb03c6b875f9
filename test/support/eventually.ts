import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 50;

/**
 * Looks until `look` gives something other than undefined or false, and gives that back.
 *
 * @throws Error after `withinMs`, with what was waited for and, if `state` is given, how things stood.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  { withinMs = 20_000, state }: { readonly withinMs?: number; readonly state?: () => Promise<unknown> } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) {
      const standing = state === undefined ? '' : `\nIt stands so: ${JSON.stringify(await state(), null, 2)}`;
      throw new Error(`Within ${withinMs / 1000} s it did not come to this: ${what}.${standing}`);
    }
    await pause(EVERY_MS);
  }
}
