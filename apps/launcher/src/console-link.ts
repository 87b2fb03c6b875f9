import { LauncherProblem } from './launcher-problem.js';
import { runToEnd } from './run-to-end.js';
import type { RunToEnd } from './run-to-end.js';

/**
 * A fresh one-time link for whoever comes first. It arrives over IPC, so that it is in no log.
 * @returns null once somebody owns the organisation
 */
export async function firstOwnerLink(run: RunToEnd): Promise<string | null> {
  const messages = await runToEnd(run);
  const answer = messages.find((message) => (message as { type?: unknown }).type === 'account_link');
  const url = (answer as { url?: unknown } | undefined)?.url;
  if (url === null || typeof url === 'string') return url;
  throw new LauncherProblem('The link for the first owner could not be made.');
}
