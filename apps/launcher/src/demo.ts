import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { runToEnd } from './run-to-end.js';
import type { RunToEnd } from './run-to-end.js';
import { LauncherProblem } from './launcher-problem.js';

export interface DemoKey {
  /** File (mode 0600) that keeps the key. */
  readonly file: string;
  /** The key itself, only right after it was made: it is shown once. */
  readonly freshKey: string | null;
}

/** Fills an empty installation once. The key arrives over IPC, so that it is in no log. */
export async function seedOnce(dataFolder: string, run: RunToEnd): Promise<DemoKey> {
  const file = path.join(dataFolder, 'demo-api-key');
  if (await exists(file)) return { file, freshKey: null };
  const messages = await runToEnd(run);
  const seeded = messages.find((message) => (message as { type?: unknown }).type === 'seeded');
  const apiKey = (seeded as { apiKey?: unknown } | undefined)?.apiKey;
  if (typeof apiKey !== 'string') throw new LauncherProblem('The demo data were created without an API key.');
  await writeFile(file, `${apiKey}\n`, { mode: 0o600 });
  return { file, freshKey: apiKey };
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
