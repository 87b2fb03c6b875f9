import type { JsonValue } from './json-value.js';
import { messageUlid } from './message-ulid.js';
import type { WebhookMessage } from './webhook-message.js';

/** `{{data.amount}}` as steps: `data`, `amount`. */
export interface Placeholder {
  readonly path: readonly string[];
}

export type TextReading =
  | { readonly ok: true; readonly parts: readonly (string | Placeholder)[] }
  | { readonly ok: false; readonly detail: string };

/** What there is to be put in. `true`: a value; a list: fields of an object; `any`: an object with keys of the sender's choice. */
const KNOWN: Readonly<Record<string, true | 'any' | readonly string[]>> = {
  id: true,
  ulid: true,
  type: true,
  timestamp: true,
  timestampSeconds: true,
  timestampMilliseconds: true,
  data: 'any',
  affiliate: ['id', 'email', 'name', 'firstName', 'lastName', 'externalId', 'country', 'referralSlug'],
  campaign: ['id', 'name', 'slug'],
};

const MOST_STEPS = 10;

/** Cuts a text at its placeholders and checks each of them. No other braces mean anything; there is no language in it. */
export function readText(text: string): TextReading {
  const parts: (string | Placeholder)[] = [];
  let done = 0;
  for (;;) {
    const open = text.indexOf('{{', done);
    const rest = open < 0 ? text.slice(done) : text.slice(done, open);
    if (rest.includes('}}'))
      return refused('"}}" stands alone. A placeholder is written {{affiliate.email}}.');
    if (rest !== '') parts.push(rest);
    if (open < 0) return { ok: true, parts };
    const close = text.indexOf('}}', open);
    if (close < 0) return refused('"{{" is not closed. A placeholder is written {{affiliate.email}}.');
    const path = text
      .slice(open + 2, close)
      .trim()
      .split('.');
    const fault = faultOf(path);
    if (fault !== undefined) return refused(fault);
    parts.push({ path });
    done = close + 2;
  }
}

/** The value a placeholder stands for, or undefined when this message has none. Own properties only. */
export function valueAt(message: WebhookMessage, { path }: Placeholder): JsonValue | undefined {
  const [root = '', ...steps] = path;
  let value: unknown = rootValue(message, root);
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    // A list has places, and nothing else that could be asked for.
    if (Array.isArray(value) && !/^\d+$/.test(step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value as JsonValue | undefined;
}

/** How it is written in a template. */
export function written({ path }: Placeholder): string {
  return `{{${path.join('.')}}}`;
}

function rootValue(message: WebhookMessage, root: string): unknown {
  const milliseconds = Date.parse(message.timestamp);
  switch (root) {
    case 'ulid':
      return messageUlid(message);
    case 'timestampSeconds':
      return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
    case 'timestampMilliseconds':
      return Number.isNaN(milliseconds) ? undefined : milliseconds;
    case 'id':
    case 'type':
    case 'timestamp':
    case 'data':
    case 'affiliate':
    case 'campaign':
      return message[root];
    default:
      return undefined;
  }
}

function faultOf(path: readonly string[]): string | undefined {
  const [root = '', ...steps] = path;
  const shown = `{{${path.join('.').slice(0, 100)}}}`;
  const known = Object.hasOwn(KNOWN, root) ? KNOWN[root] : undefined;
  if (known === undefined) return `${shown} is unknown. There are: ${Object.keys(KNOWN).join(', ')}.`;
  if (steps.length > MOST_STEPS || path.some((step) => !/^[\p{L}\p{N}_-]+$/u.test(step))) {
    return `${shown} is no placeholder. A placeholder is written {{affiliate.email}}.`;
  }
  if (known === true && steps.length > 0) return `${shown}: ${root} is a single value. Write {{${root}}}.`;
  if (typeof known === 'object' && steps.length > 0) {
    const [field = ''] = steps;
    if (steps.length > 1 || !known.includes(field)) {
      return `${shown} is unknown. ${root} has: ${known.join(', ')}.`;
    }
  }
  return undefined;
}

function refused(detail: string): TextReading {
  return { ok: false, detail };
}
