import { isNativeError } from 'node:util/types';

/** Names of properties whose values are secrets. `apiKeyId` is none: it ends in another word. */
const SECRET_NAME = /(?:password|passwd|secret|token|apikey|credentials?|authorization|cookie|vaultkeys)$/;
const ADDRESS_NAME = /email(?:key|address)?$/;
const DEEPEST = 6;

const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/\brk_(live|test)_[0-9A-Za-z]+/g, 'rk_$1_[redacted]'],
  [/\b(Bearer|Basic) +[\w.~+/=-]+/gi, '$1 [redacted]'],
  [/\b(postgres(?:ql)?|https?|redis):\/\/[^\s/@]+@/gi, '$1://[redacted]@'],
];
const ADDRESS_TEXT = /[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi;

export interface Redaction {
  /** Replace e-mail addresses as well. */
  readonly addresses: boolean;
}

/** A copy that can be logged. Errors become plain objects of type, message, stack and cause. */
export function redact(value: unknown, how: Redaction, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value, how);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '[too deep]';
  if (value instanceof Date) return value;
  if (value instanceof Error || isNativeError(value)) return redactError(value, how, depth);
  if (Array.isArray(value)) return value.map((item: unknown) => redact(item, how, depth + 1));
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, redactProperty(name, item, how, depth)]),
  );
}

export function redactText(text: string, how: Redaction): string {
  const clean = SECRET_TEXTS.reduce(
    (rest, [pattern, replacement]) => rest.replace(pattern, replacement),
    text,
  );
  return how.addresses ? clean.replace(ADDRESS_TEXT, '[address]') : clean;
}

function redactProperty(name: string, value: unknown, how: Redaction, depth: number): unknown {
  const plainName = name.replace(/[-_]/g, '').toLowerCase();
  if (SECRET_NAME.test(plainName)) return '[redacted]';
  if (how.addresses && ADDRESS_NAME.test(plainName) && typeof value === 'string') return '[address]';
  return redact(value, how, depth + 1);
}

/** Further properties of an error are left out: a driver puts the statement's parameters there. */
function redactError(err: Error, how: Redaction, depth: number): object {
  const code = 'code' in err && typeof err.code === 'string' ? { code: err.code } : {};
  return {
    type: err.name,
    message: redactText(err.message, how),
    ...code,
    stack: redactText(err.stack ?? '', how),
    ...(err.cause === undefined ? {} : { cause: redact(err.cause, how, depth + 1) }),
  };
}
