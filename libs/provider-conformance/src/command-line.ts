import { parseArgs } from 'node:util';

export interface CommandLine {
  /** Slugs or folders. */
  readonly subjects: readonly string[];
  readonly all: boolean;
  readonly only?: readonly string[];
  readonly reportFolder?: string;
  readonly harFile?: string;
  readonly docs: boolean;
  readonly live: boolean;
}

export const USAGE = `Examines a provider against its emulated vendor, rule by rule and fault by fault.

  npm run conformance -- <slug | folder> … [options]
  npm run conformance -- --all [options]

  --case <id>      only this case; may stand several times
  --report <dir>   writes conformance.json and conformance.html there
  --har <file>     writes every exchange as an HTTP archive, secrets masked
  --docs           with --all: writes the matrix into docs/conformance.md
  --live           against a real account whose credentials stand in the environment as
                   REKOMI_LIVE_<SLUG>_<FIELD>; says first what it will write, and removes only what it made

Ends with 0 when everything holds, 1 when something does not, 2 when it could not be run.
`;

/** @returns what is wrong, as text, when it cannot be understood. */
export function readCommandLine(args: readonly string[]): CommandLine | string {
  const options = {
    all: { type: 'boolean', default: false },
    case: { type: 'string', multiple: true },
    report: { type: 'string' },
    har: { type: 'string' },
    docs: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.all === positionals.length > 0) return 'Name one or more providers, or --all.';
    if (values.docs && !values.all) return '--docs needs --all: the matrix names every provider.';
    if (values.docs && values.case !== undefined) return '--docs needs every case.';
    if (values.live && values.all) return '--live examines providers by name.';
    return {
      subjects: positionals,
      all: values.all,
      docs: values.docs,
      live: values.live,
      ...(values.case === undefined ? {} : { only: values.case }),
      ...(values.report === undefined ? {} : { reportFolder: values.report }),
      ...(values.har === undefined ? {} : { harFile: values.har }),
    };
  } catch (err) {
    return err instanceof Error ? err.message : String(err);
  }
}
