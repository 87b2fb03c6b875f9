import { createHash } from 'node:crypto';

import type { FormField } from './form.js';

/**
 * Names what an applicant was shown and answered: fields with all their words, and the terms. What comes back with
 * another one was filled in on a form that has changed meanwhile.
 */
export function formRevision(fields: readonly FormField[], termsUrl: string | null): string {
  const shown = fields.map((field) => [
    ...[field.key, field.type, field.label, field.hint, field.required],
    ...[field.options.map(({ value, label }) => [value, label]), field.min, field.max],
  ]);
  return createHash('sha256')
    .update(JSON.stringify([shown, termsUrl]))
    .digest('hex')
    .slice(0, 16);
}
