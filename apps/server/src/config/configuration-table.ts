import { z } from 'zod';

import { isSecret } from './read-settings.js';
import { SETTINGS, type SettingName } from './settings.js';

/** The page `docs/configuration.md`. */
export function configurationPage(): string {
  return [
    '# Configuration',
    '',
    '<!-- Generated from apps/server/src/config/settings.ts. -->',
    '',
    'Settings are environment variables. All of them are checked at start; the server refuses to start with a list of everything that is wrong.',
    'Settings marked *secret* can come from a file: append `_FILE` to the name and set it to the file’s path.',
    '',
    '| Name | Default | Meaning |',
    '| --- | --- | --- |',
    ...Object.keys(SETTINGS).map((name) => row(name as SettingName)),
    '',
  ].join('\n');
}

function row(name: SettingName): string {
  const setting: z.ZodType = SETTINGS[name];
  const secret = isSecret(name) ? ' *Secret.*' : '';
  return `| \`${name}\` | ${defaultOf(setting)} | ${String(setting.meta()?.description)}${secret} |`;
}

function defaultOf(setting: z.ZodType): string {
  if (setting instanceof z.ZodDefault) return `\`${String(setting.def.defaultValue)}\``;
  return setting instanceof z.ZodOptional ? '' : 'required';
}
