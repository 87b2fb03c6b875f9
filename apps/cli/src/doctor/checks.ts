import { access, constants } from 'node:fs/promises';

import { ApiClient } from '../api/api-client.js';
import { ApiProblem } from '../api/api-problem.js';
import { CliFailure } from '../cli-failure.js';
import type { Installation } from '../installation/installation.js';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly fix?: string;
}

const PATIENCE_MS = 5_000;
/** Oldest release of each line that the product runs on, as in package.json. */
const LEAST: Readonly<Record<number, readonly [minor: number, text: string]>> = {
  20: [19, '20.19'],
  22: [13, '22.13'],
  24: [11, '24.11'],
};
const NEWEST_LINE = 24;

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const least = LEAST[major];
  const ok = least === undefined ? major > NEWEST_LINE : minor >= least[0];
  return {
    name: 'Node.js',
    ok,
    detail: version,
    fix: `Install ${Object.values(LEAST)
      .map(([, text]) => text)
      .join(', ')} or newer.`,
  };
}

export async function checkDataFolder({ dataFolder, apiKey, keySource }: Installation): Promise<Check> {
  const name = 'Data folder';
  if (apiKey !== undefined && keySource === 'REKOMI_API_KEY') {
    return { name, ok: true, detail: 'not needed: the key is in REKOMI_API_KEY' };
  }
  try {
    await access(dataFolder, constants.R_OK | constants.X_OK);
    return { name, ok: true, detail: dataFolder };
  } catch (err) {
    const missing = codeOf(err) === 'ENOENT';
    return {
      name,
      ok: false,
      detail: missing ? `${dataFolder} is not there.` : `${dataFolder} cannot be read.`,
      fix: missing
        ? 'npm start makes it. If it is elsewhere, set REKOMI_DATA.'
        : 'Run the command as the user who ran npm start, or set REKOMI_API_KEY and REKOMI_URL.',
    };
  }
}

/** The API itself, and what it says about its database. */
export async function checkApi({ url }: Installation, signal: AbortSignal): Promise<readonly Check[]> {
  const name = 'API';
  const fix = 'Start it with npm start. If it runs elsewhere, give --url or REKOMI_URL.';
  try {
    const response = await ask(`${url}/readyz?verbose`, signal);
    const body = (await response.json()) as { readonly checks?: readonly Check[] };
    if (!Array.isArray(body.checks)) return [{ name, ok: false, detail: `${url} is something else.`, fix }];
    return [
      { name, ok: true, detail: url },
      ...body.checks.map((check: Check) => ({
        ...check,
        name: `  ${check.name}`,
        fix: 'See the log of the server.',
      })),
    ];
  } catch (err) {
    return [{ name, ok: false, detail: `${url} does not answer (${codeOf(err)}).`, fix }];
  }
}

export async function checkKey(installation: Installation, signal: AbortSignal): Promise<Check> {
  const name = 'API key';
  const { apiKey, keySource, url } = installation;
  if (apiKey === undefined) {
    return { name, ok: false, detail: `none in ${keySource}`, fix: 'Run npm start, or set REKOMI_API_KEY.' };
  }
  try {
    await new ApiClient({ url, apiKey, signal }).get('connections', { limit: 1 });
    return { name, ok: true, detail: `from ${keySource}` };
  } catch (err) {
    if (err instanceof ApiProblem) {
      return { name, ok: false, detail: err.detail, ...(err.fix === undefined ? {} : { fix: err.fix }) };
    }
    if (err instanceof CliFailure) return { name, ok: false, detail: 'not tried: the API does not answer' };
    throw err;
  }
}

export async function checkSandbox({ sandboxUrl }: Installation, signal: AbortSignal): Promise<Check> {
  const name = 'Sandbox';
  if (sandboxUrl === undefined) return { name, ok: true, detail: 'none known here' };
  try {
    const response = await ask(`${sandboxUrl}/_sandbox/health`, signal);
    const ok = response.ok;
    return { name, ok, detail: ok ? sandboxUrl : `${sandboxUrl} answers with status ${response.status}.` };
  } catch (err) {
    const fix = 'npm start runs it, unless REKOMI_SANDBOX=off is set.';
    return { name, ok: false, detail: `${sandboxUrl} does not answer (${codeOf(err)}).`, fix };
  }
}

function ask(url: string, signal: AbortSignal): Promise<Response> {
  return fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });
}

function codeOf(err: unknown): string {
  if (typeof err !== 'object' || err === null) return String(err);
  const cause = 'cause' in err ? err.cause : undefined;
  const source: object = typeof cause === 'object' && cause !== null ? cause : err;
  if ('code' in source && typeof source.code === 'string') return source.code;
  return 'message' in source ? String(source.message) : 'no reason given';
}
