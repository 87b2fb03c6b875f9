import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import type { z } from 'zod';

import { ConfigurationError } from './configuration-error.js';
import { SETTINGS, type SettingName } from './settings.js';

/**
 * Reads settings from environment variables. An empty variable counts as unset.
 *
 * @throws ConfigurationError with every problem at once.
 */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  env: Readonly<NodeJS.ProcessEnv>,
): z.infer<Schema> {
  const problems: string[] = [];
  const given: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = isSecret(name) ? secretOf(name, env, problems) : env[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const parsed = schema.safeParse(given);
  const fromFiles = new Set(problems.map((problem) => problem.split(' ')[0]));
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = String(path[0]);
    if (!fromFiles.has(name)) problems.push(`${name} ${message}`);
  }
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems);
  return parsed.data;
}

export function isSecret(name: string): boolean {
  return name in SETTINGS && SETTINGS[name as SettingName].meta()?.['secret'] === true;
}

function secretOf(name: string, env: Readonly<NodeJS.ProcessEnv>, problems: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (!file) return env[name];
  if (env[name]) {
    problems.push(`${name} and ${name}_FILE are both set. Keep one of them.`);
    return undefined;
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (err) {
    const code = isNativeError(err) && 'code' in err ? ` (${String(err.code)})` : '';
    problems.push(
      `${name} cannot be read from the file that ${name}_FILE names${code}. Check path and permissions.`,
    );
    return undefined;
  }
}
