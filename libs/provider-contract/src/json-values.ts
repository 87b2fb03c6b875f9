import type { FieldValue } from './contact.js';

/** A JSON object of a vendor, of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Whether what an answer holds under `errors` tells of any. A vendor that errs in an odd form (a text, an object, a list of
 * lists) errs all the same.
 */
export function tellsErrors(errors: unknown): boolean {
  if (typeof errors === 'string') return errors.trim() !== '';
  if (typeof errors !== 'object' || errors === null)
    return errors === true || (typeof errors === 'number' && errors !== 0);
  return Object.values(errors).some(tellsErrors);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; none when it is no list. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isObject) : [];
}

/** The object behind a path of keys; an empty one where there is none. */
export function within(value: unknown, ...keys: readonly string[]): JsonObject {
  const found = keys.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
  return isObject(found) ? found : {};
}

/** A text that is not empty. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** An id as text, however the vendor writes it; undefined for what can be none. */
export function idIn(value: unknown): string | undefined {
  return typeof value === 'number' ? (Number.isFinite(value) ? String(value) : undefined) : textIn(value);
}

export function isPlain(value: unknown): value is FieldValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The members that hold a text, a number or a yes or no; what is nested is the vendor's own. */
export function plainFields(source: JsonObject): Readonly<Record<string, FieldValue>> {
  return Object.fromEntries(
    Object.entries(source).filter((entry): entry is [string, FieldValue] => isPlain(entry[1])),
  );
}
