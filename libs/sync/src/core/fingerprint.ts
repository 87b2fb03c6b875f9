import { hash } from 'node:crypto';

import type { DesiredContact } from '@rekomi/provider-contract';

/** Tells whether a refused contact would be sent with the same content under the same configuration again. */
export function desiredFingerprint(contact: DesiredContact, configVersion: number): string {
  return hash('sha256', `${configVersion}\n${canonical(contact)}`, 'base64url');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const inner = (value as Readonly<Record<string, unknown>>)[key];
    if (inner !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(inner)}`;
  }
  return `{${text}}`;
}
