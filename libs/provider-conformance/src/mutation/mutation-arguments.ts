import { parseArgs } from 'node:util';

export const USAGE = `npm run mutate-answers -- [provider …] [--runs 100000] [--seed 1] [--from 0]

Gives providers (all of them unless named) changed answers to their requests, and looks whether a success is told without
the vendor's own sign of it. --runs counts for each provider. --from makes a single one again: --from 123 --runs 1.
`;

export interface MutationCommand {
  readonly slugs: readonly string[];
  readonly runs: number;
  readonly seed: number;
  readonly from: number;
}

/** @returns the command, or in words what is wrong with it. */
export function readMutationArguments(
  args: readonly string[],
  known: readonly string[],
): MutationCommand | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    options: { runs: { type: 'string' }, seed: { type: 'string' }, from: { type: 'string' } },
  });
  const unknown = positionals.find((slug) => !known.includes(slug));
  if (unknown !== undefined) return `There is no provider ${unknown}.`;
  const [runs, seed, from] = [values.runs ?? '100000', values.seed ?? '1', values.from ?? '0'].map(Number);
  if (![runs, seed, from].every((number) => Number.isSafeInteger(number)))
    return 'Runs, seed and from are whole numbers.';
  return {
    slugs: positionals.length > 0 ? positionals : known,
    runs: runs ?? 0,
    seed: seed ?? 1,
    from: from ?? 0,
  };
}
