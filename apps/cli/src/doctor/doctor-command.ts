import { findInstallation } from '../installation/installation.js';
import { Terminal } from '../terminal/terminal.js';
import { textTable } from '../terminal/text-table.js';
import { checkApi, checkDataFolder, checkKey, checkNode, checkSandbox } from './checks.js';

export interface DoctorOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/** Looks at everything the commands need. @returns the exit code: 0 when all of it is in order. */
export async function doctorCommand(
  options: DoctorOptions,
  env: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal,
): Promise<number> {
  const installation = findInstallation(env, options.url);
  const checks = [
    checkNode(process.versions.node),
    await checkDataFolder(installation),
    ...(await checkApi(installation, signal)),
    await checkKey(installation, signal),
    await checkSandbox(installation, signal),
  ];
  const text = textTable(
    checks.flatMap(({ name, ok, detail, fix }) => [
      [ok ? 'ok' : 'PROBLEM', name, detail],
      ...(ok || fix === undefined ? [] : [['', '', `What to do: ${fix}`]]),
    ]),
    0,
  );
  new Terminal({ json: options.json === true, quiet: false }).result(checks, text);
  return checks.every((check) => check.ok) ? 0 : 1;
}
