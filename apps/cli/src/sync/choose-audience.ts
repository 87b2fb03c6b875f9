import type { ApiClient } from '../api/api-client.js';
import { ApiProblem } from '../api/api-problem.js';
import type { Audience, Connection } from '../api/answers.js';
import { CliFailure } from '../cli-failure.js';
import type { Terminal } from '../terminal/terminal.js';

const USUAL_NAME = 'Affiliates';

/**
 * The audience with the wanted name or id; one that is missing is created where the vendor can.
 *
 * @param wanted undefined: the usual one, and none at all where audiences cannot be reached
 * @throws CliFailure when the one that was asked for cannot be had
 */
export async function chooseAudience(
  api: ApiClient,
  connection: Connection,
  wanted: string | undefined,
  terminal: Terminal,
): Promise<Audience | undefined> {
  const name = wanted ?? USUAL_NAME;
  const path = `connections/${connection.id}/audiences`;
  try {
    for await (const audience of api.rows<Audience>(path)) {
      if (audience.id === name || audience.name.toLowerCase() === name.toLowerCase()) {
        terminal.step(`Audience: ${audience.name} (${audience.id})`);
        return audience;
      }
    }
    const created = await api.post<Audience>(path, { name });
    terminal.step(`Audience: ${created.name} (${created.id}), created just now`);
    return created;
  } catch (err) {
    if (!(err instanceof ApiProblem) || err.status >= 500) throw err;
    if (wanted !== undefined && /^\d+$/.test(wanted)) {
      terminal.warn(`Audience: ${wanted}, taken as it is. It cannot be looked up: ${err.detail}`);
      return { id: wanted, name: '' };
    }
    if (wanted !== undefined)
      throw new CliFailure(`The audience "${wanted}" cannot be had: ${err.detail}`, err.fix);
    terminal.warn(`Audience: none, because audiences cannot be listed. ${err.detail}`);
    return undefined;
  }
}
