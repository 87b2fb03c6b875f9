import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { CliFailure } from '../cli-failure.js';
import { UsageError } from '../usage-error.js';

/** Where the product is and how to get in. */
export interface Installation {
  /** Without `/v1` and without a slash at the end. */
  readonly url: string;
  /** Undefined when none was found. */
  readonly apiKey: string | undefined;
  /** Where the key comes from, or would come from, in words. */
  readonly keySource: string;
  /** Undefined when no sandbox is known here. */
  readonly sandboxUrl: string | undefined;
  readonly dataFolder: string;
}

const PROJECT = fileURLToPath(new URL('../../../../', import.meta.url));
const USUAL_PORT = 3000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Looks at `--url`, then at the environment, then at what `npm start` left in the data folder.
 *
 * @throws UsageError when the address is none
 */
export function findInstallation(
  env: Readonly<NodeJS.ProcessEnv>,
  url?: string,
  project: string = PROJECT,
): Installation {
  const dataFolder = path.resolve(project, env['REKOMI_DATA'] || '.rekomi');
  const ports = readPorts(path.join(dataFolder, 'ports.json'));
  const named = url ?? (env['REKOMI_URL'] || undefined);
  const address = named === undefined ? local(ports.api ?? USUAL_PORT) : readAddress(named);
  const keyFile = path.join(dataFolder, 'demo-api-key');
  // The key of this machine goes to this machine only.
  const mayReadFile = LOOPBACK.has(new URL(address).hostname);
  const fromEnv = env['REKOMI_API_KEY']?.trim() || undefined;
  const sandboxUrl = env['SANDBOX_URL'] || (ports.sandbox === undefined ? undefined : local(ports.sandbox));
  return {
    url: address,
    apiKey: fromEnv ?? (mayReadFile ? readText(keyFile) : undefined),
    keySource: fromEnv !== undefined || !mayReadFile ? 'REKOMI_API_KEY' : keyFile,
    sandboxUrl: sandboxUrl?.replace(/\/+$/, ''),
    dataFolder,
  };
}

/** @throws CliFailure */
export function requireApiKey({ apiKey, keySource }: Installation): string {
  if (apiKey !== undefined) return apiKey;
  throw new CliFailure(
    'There is no API key.',
    keySource === 'REKOMI_API_KEY'
      ? 'Set REKOMI_API_KEY to a key of that installation.'
      : `Run npm start, which keeps one in ${keySource}, or set REKOMI_API_KEY.`,
  );
}

function local(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function readAddress(text: string): string {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address?.protocol === 'http:' || address?.protocol === 'https:') {
    return `${address.origin}${address.pathname}`.replace(/\/+$/, '').replace(/\/v1$/, '');
  }
  throw new UsageError(`"${text}" is not an address of the API. It looks like http://127.0.0.1:3000.`);
}

function readPorts(file: string): { readonly api?: number; readonly sandbox?: number } {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { api?: number; sandbox?: number };
  } catch {
    return {};
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
