import { getMetadataStorage, type ValidationError } from 'class-validator';

import { problem, type ProblemItem } from './problem-exception.js';

/** Where a validated value came from. */
export type ValidatedPart = 'body' | 'parameters';

/** What to send instead, where the rule's own message does not say it. By name of class-validator's rule. */
const REMEDIES: Readonly<Record<string, string>> = {
  isEmail: 'Send one address of the form name@example.com.',
  isUuid: 'Send the id as this API returned it.',
  isISO8601: 'Send a date with time and offset, such as 2026-01-31T09:30:00Z.',
  isDateString: 'Send a date with time and offset, such as 2026-01-31T09:30:00Z.',
  isRFC3339: 'Send a date with time and offset, such as 2026-01-31T09:30:00Z.',
  isString: 'Send text in double quotes.',
  isBoolean: 'Send true or false, without quotes.',
  isArray: 'Send a list in square brackets.',
  isObject: 'Send an object in braces.',
  isUrl: 'Send a whole address that begins with https://.',
};

/** Where one of these fails, what the others say about the value means nothing. */
const TYPE_RULES: ReadonlySet<string> = new Set([
  'isInt',
  'isNumber',
  'isString',
  'isBoolean',
  'isArray',
  'isObject',
]);

/** Turns what class-validator found into one problem with an entry for every fault. */
export function validationProblem(part: ValidatedPart, found: readonly ValidationError[]): Error {
  const errors = found.flatMap((error) => items(part, error, []));
  const where = errors.map((item) => item.pointer ?? item.parameter ?? '').filter((place) => place !== '');
  return problem('validation_failed', {
    detail: `Not acceptable: ${[...new Set(where)].join(', ')}.`,
    errors,
  });
}

/** The problem of a body that is a list, a text or a number where an object is meant. */
export function notAnObjectProblem(): Error {
  const detail = 'The body must be a JSON object, in braces.';
  return problem('validation_failed', { detail, errors: [{ pointer: '#', code: 'is_object', detail }] });
}

function items(
  part: ValidatedPart,
  error: ValidationError,
  parents: readonly string[],
): readonly ProblemItem[] {
  const path = [...parents, error.property];
  const place = part === 'body' ? { pointer: pointer(path) } : { parameter: path.join('.') };
  const constraints = Object.entries(error.constraints ?? {});
  const typeFaults = constraints.filter(([rule]) => TYPE_RULES.has(rule));
  const told = typeFaults.length > 0 ? typeFaults : constraints;
  const faults =
    error.value === undefined && told.length > 0 && !('whitelistValidation' in (error.constraints ?? {}))
      ? [{ code: 'required', detail: `${error.property} is required.${remedy(told.map(([rule]) => rule))}` }]
      : told.map(([rule, message]) => explain(rule, message, error));
  return [
    ...faults.map((fault) => ({ ...place, ...fault })),
    ...(error.children ?? []).flatMap((child) => items(part, child, path)),
  ];
}

function explain(
  rule: string,
  message: string,
  error: ValidationError,
): Pick<ProblemItem, 'code' | 'detail'> {
  if (rule === 'whitelistValidation') return { code: 'unknown_field', detail: unknownField(error) };
  return { code: snakeCase(rule), detail: `${message}.${remedy([rule])}` };
}

function remedy(rules: readonly string[]): string {
  const text = rules.map((rule) => REMEDIES[rule]).find((known) => known !== undefined);
  return text === undefined ? '' : ` ${text}`;
}

function unknownField({ property, target }: ValidationError): string {
  const known = target === undefined ? [] : knownFields(target.constructor);
  const list = known.length === 0 ? '' : ` Known here: ${known.join(', ')}.`;
  return `There is no field ${JSON.stringify(property)} here; remove it or correct its name.${list}`;
}

function knownFields(owner: object): readonly string[] {
  if (typeof owner !== 'function') return [];
  const rules = getMetadataStorage().getTargetValidationMetadatas(owner, '', false, false);
  return [...new Set(rules.map((rule) => rule.propertyName))].sort();
}

function pointer(path: readonly string[]): string {
  return `#/${path.map((part) => encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1'))).join('/')}`;
}

function snakeCase(rule: string): string {
  return rule
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}
