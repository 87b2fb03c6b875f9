import { z } from 'zod';

import { isSecret } from './read-settings.js';
import { SETTINGS, type SettingName } from './settings.js';

/** The page `docs/configuration.md`, laid out as Prettier leaves it. */
export function configurationPage(): string {
  return [
    '# Configuration',
    '',
    '<!-- Generated from apps/server/src/config/settings.ts. -->',
    '',
    'Settings are environment variables. All of them are checked at start; the server refuses to start with a list of everything that is wrong.',
    'Settings marked _secret_ can come from a file: append `_FILE` to the name and set it to the file’s path.',
    '',
    ...table([
      ['Name', 'Default', 'Meaning'],
      ...Object.keys(SETTINGS).map((name) => row(name as SettingName)),
    ]),
    '',
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const padded = rows.map((cells) => line(cells.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [...padded.slice(0, 1), line(widths.map((width) => '-'.repeat(width))), ...padded.slice(1)];
}

function row(name: SettingName): readonly string[] {
  const setting: z.ZodType = SETTINGS[name];
  const secret = isSecret(name) ? ' _Secret._' : '';
  return [`\`${name}\``, defaultOf(setting), `${String(setting.meta()?.description)}${secret}`];
}

function defaultOf(setting: z.ZodType): string {
  if (setting instanceof z.ZodDefault) return `\`${String(setting.def.defaultValue)}\``;
  return setting instanceof z.ZodOptional ? '' : 'required';
}
