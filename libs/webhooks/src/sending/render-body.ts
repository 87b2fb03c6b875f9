import type { BodyTemplate } from './body-template.js';
import type { JsonValue } from './json-value.js';
import { readText, valueAt } from './placeholder.js';
import { PRESETS } from './presets.js';
import type { WebhookMessage } from './webhook-message.js';

export type RenderedBody =
  | { readonly ok: true; readonly body: string; readonly contentType: string }
  | { readonly ok: false; readonly detail: string };

/** Bytes. Few receivers take more, and a template can repeat the data of an event many times. */
const LARGEST_BODY = 512 * 1024;

/**
 * The body of a message.
 *
 * A text that is one placeholder becomes the value itself, with its type; placeholders within a text become text. What has no
 * value is left out with its key or place: it never becomes an empty string.
 *
 * @param template without one, the body of Standard Webhooks 1.0: `{type, timestamp, data}`, with the affiliate and the
 *   campaign in `data`.
 * @returns not ok when this message cannot be brought into this form; the same message never can.
 */
export function renderBody(template: BodyTemplate | undefined, message: WebhookMessage): RenderedBody {
  if (template === undefined) return asJson(standardBody(message));
  if ('preset' in template) {
    const rendered = PRESETS[template.preset].render(message);
    return rendered.ok ? asJson(rendered.json) : rendered;
  }
  const json = rendered(template.json, message);
  return json === undefined
    ? { ok: false, detail: 'The template is made of a value that this message does not have.' }
    : asJson(json);
}

function standardBody({ type, timestamp, data, affiliate, campaign }: WebhookMessage): object {
  return {
    type,
    timestamp,
    data: {
      ...data,
      ...(affiliate === undefined ? {} : { affiliate }),
      ...(campaign === undefined ? {} : { campaign }),
    },
  };
}

function rendered(node: JsonValue, message: WebhookMessage): JsonValue | undefined {
  if (typeof node === 'string') return renderedText(node, message);
  if (isList(node)) return node.map((item) => rendered(item, message)).filter((item) => item !== undefined);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).flatMap(([key, value]) => {
    const found = rendered(value, message);
    return found === undefined ? [] : [[key, found] as const];
  });
  // Defines own properties, also one that is called __proto__.
  return Object.fromEntries(entries);
}

function renderedText(text: string, message: WebhookMessage): JsonValue | undefined {
  const reading = readText(text);
  // Templates are checked when they are saved; one that an older version let through goes out as it stands.
  if (!reading.ok) return text;
  const [first] = reading.parts;
  if (reading.parts.length === 1 && typeof first === 'object') return valueAt(message, first);
  let result = '';
  for (const part of reading.parts) {
    const value = typeof part === 'string' ? part : valueAt(message, part);
    if (value === undefined || value === null) return undefined;
    result += typeof value === 'string' ? value : JSON.stringify(value);
  }
  return result;
}

function asJson(json: unknown): RenderedBody {
  const body = JSON.stringify(json);
  return Buffer.byteLength(body) > LARGEST_BODY
    ? { ok: false, detail: `The body would be larger than ${LARGEST_BODY} bytes.` }
    : { ok: true, body, contentType: 'application/json' };
}

function isList(node: JsonValue): node is readonly JsonValue[] {
  return Array.isArray(node);
}
