import { createHash } from 'node:crypto';

import type { DesiredContact } from '@rekomi/provider-contract';

/** Tells whether a refused contact would be sent with the same content under the same configuration again. */
export function desiredFingerprint(contact: DesiredContact, configVersion: number): string {
  return createHash('sha256')
    .update(`${configVersion}\n${canonical(contact)}`)
    .digest('base64url');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
