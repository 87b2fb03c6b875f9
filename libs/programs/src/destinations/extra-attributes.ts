import type { FieldValue, ProviderManifest } from '@rekomi/provider-contract';

import type { InputProblem } from '../program-problem.js';

export const MOST_ATTRIBUTES = 50;
export const LONGEST_ATTRIBUTE_NAME = 100;
/** In bytes of UTF-8; what the smallest of the vendors stores. */
export const LARGEST_ATTRIBUTE_VALUE = 1_000;

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Names with a meaning of their own here, which a campaign's attributes must not take over. */
const OWN_NAMES: readonly string[] = [
  ...['email', 'first_name', 'last_name', 'full_name', 'created_at'],
  ...['status', 'tier', 'tags', 'invite_url'],
];

export type Attributes = Readonly<Record<string, FieldValue>>;

export type AttributesReading =
  | { readonly ok: true; readonly value: Attributes }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

/**
 * Reads a campaign's attributes for one connection. Values are texts, numbers and truth values; names must be free at the
 * vendor.
 *
 * @param pointer where they stood in the body.
 */
export function readAttributes(
  given: Readonly<Record<string, unknown>>,
  manifest: Pick<ProviderManifest, 'name' | 'reservedAttributes'> | undefined,
  pointer: string,
): AttributesReading {
  const entries = Object.entries(given);
  const errors: InputProblem[] = [];
  const seen = new Map<string, string>();
  const value: Record<string, FieldValue> = {};
  if (entries.length > MOST_ATTRIBUTES) {
    errors.push({ pointer, code: 'too_many', detail: `At most ${MOST_ATTRIBUTES} attributes.` });
  }
  for (const [name, content] of entries.slice(0, MOST_ATTRIBUTES)) {
    const place = `${pointer}/${escaped(name)}`;
    const twin = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    const problem =
      nameProblem(name, manifest) ??
      (twin === undefined
        ? undefined
        : { code: 'attribute_repeated', detail: `"${twin}" differs in letter case only.` }) ??
      valueProblem(content);
    if (problem !== undefined) errors.push({ pointer: place, ...problem });
    else value[name] = typeof content === 'string' ? content.trim() : (content as FieldValue);
  }
  return errors.length === 0 ? { ok: true, value } : { ok: false, errors };
}

type Problem = Omit<InputProblem, 'pointer'>;

function nameProblem(
  name: string,
  manifest: Pick<ProviderManifest, 'name' | 'reservedAttributes'> | undefined,
): Problem | undefined {
  if (!NAME.test(name) || name.length > LONGEST_ATTRIBUTE_NAME) {
    const detail = `A name begins with a letter and has at most ${LONGEST_ATTRIBUTE_NAME} letters (a to z), digits and underscores.`;
    return { code: 'attribute_name', detail };
  }
  const lower = name.toLowerCase();
  if (lower.startsWith('rekomi_')) {
    const detail = `Write the name without rekomi_: the prefix is added where the vendor needs it.`;
    return { code: 'attribute_name', detail };
  }
  if (OWN_NAMES.includes(lower)) {
    const detail = `"${name}" is written from the affiliate’s own data. Choose another name.`;
    return { code: 'attribute_reserved', detail };
  }
  const taken = manifest?.reservedAttributes.some((entry) =>
    entry.endsWith('*') ? lower.startsWith(entry.slice(0, -1)) : lower === entry,
  );
  if (taken !== true) return undefined;
  const detail = `${manifest?.name ?? 'The vendor'} reserves the name "${name}". Choose another one.`;
  return { code: 'attribute_reserved', detail };
}

function valueProblem(value: unknown): Problem | undefined {
  switch (typeof value) {
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value)
        ? undefined
        : { code: 'attribute_value', detail: 'A number must be finite.' };
    case 'string':
      return textProblem(value);
    default: {
      const detail = 'A value is a text, a number, true or false. Leave the attribute out to remove it.';
      return { code: 'attribute_value', detail };
    }
  }
}

function textProblem(value: string): Problem | undefined {
  if (value.trim() === '') {
    return {
      code: 'attribute_value',
      detail: 'A text must not be blank. Leave the attribute out to remove it.',
    };
  }
  if (/[\u0000\p{Cs}]/u.test(value)) {
    return { code: 'attribute_value', detail: 'The text holds a character that cannot be stored.' };
  }
  const size = Buffer.byteLength(value.trim());
  return size <= LARGEST_ATTRIBUTE_VALUE
    ? undefined
    : {
        code: 'attribute_value',
        detail: `The text has ${size} bytes; at most ${LARGEST_ATTRIBUTE_VALUE} are possible.`,
      };
}

/** A name as a part of a JSON pointer (RFC 6901). */
function escaped(name: string): string {
  return name.replace(/~/g, '~0').replace(/\//g, '~1');
}
