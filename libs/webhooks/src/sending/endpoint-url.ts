import type { AllowedHosts } from './allowed-hosts.js';
import { readTarget } from './endpoint-target.js';
import type { FieldProblem } from './field-problem.js';
import type { JsonValue } from './json-value.js';
import { readText, valueAt, written, type Placeholder } from './placeholder.js';
import type { WebhookMessage } from './webhook-message.js';

export type UrlReading =
  { readonly ok: true; readonly url: string } | { readonly ok: false; readonly problem: FieldProblem };

export type RenderedUrl =
  { readonly ok: true; readonly url: string } | { readonly ok: false; readonly detail: string };

const MOST_PLACEHOLDERS = 20;

/**
 * Checks the address of an endpoint when it is saved. Placeholders may stand in path and query. No name is looked up: what it
 * leads to is judged at every connection, because it can change.
 */
export function readEndpointUrl(value: unknown, allowed: AllowedHosts): UrlReading {
  if (typeof value !== 'string') return refused('is_string', 'The address is a text.');
  const text = value.trim();
  const { host, rest } = split(text);
  if (/[{}]/.test(host)) {
    return refused(
      'url_placeholder_in_host',
      'Placeholders stand in the path or the query, never in the host.',
    );
  }
  const reading = readText(rest);
  if (!reading.ok) return refused('placeholder_unknown', reading.detail);
  const placeholders = reading.parts.filter((part) => typeof part !== 'string');
  if (placeholders.length > MOST_PLACEHOLDERS) {
    return refused('url_too_many_placeholders', `At most ${MOST_PLACEHOLDERS} placeholders in an address.`);
  }
  const halfEncoded = reading.parts.some(
    (part, place) =>
      typeof part === 'string' && place + 1 < reading.parts.length && /%[0-9a-f]?$/i.test(part),
  );
  if (halfEncoded)
    return refused('url_malformed', 'A "%" before a placeholder would change what its value means.');
  const bare = reading.parts.map((part) => (typeof part === 'string' ? part : 'x')).join('');
  if (/[{}]/.test(bare)) return refused('url_malformed', 'Braces in an address are written %7B and %7D.');
  const target = readTarget(`${host}${bare}`, allowed);
  return target.ok ? { ok: true, url: text } : refused(target.code, target.detail);
}

/**
 * The address for one message. Each value is percent-encoded once and as a whole, so that it stays within its segment or
 * parameter whatever it holds. A parameter of the query without a value is left out; a path without one cannot be made.
 */
export function renderUrl(template: string, message: WebhookMessage): RenderedUrl {
  if (!template.includes('{{')) return { ok: true, url: template };
  const { host, rest } = split(template);
  const mark = rest.indexOf('?');
  const path = mark < 0 ? rest : rest.slice(0, mark);
  let rendered = host;
  // Placeholders hold neither "/" nor "&", so that cutting the template here cuts none of them.
  for (const [place, segment] of path.split('/').entries()) {
    const found = renderedPart(segment, message);
    if (!found.ok) return found;
    // Both would name another path: parsers take dots out, with what stands before them.
    if (found.filled && /^(?:\.|%2e){0,2}$/i.test(found.text)) {
      return { ok: false, detail: `${segment} would be "${found.text}", which cannot stand in a path.` };
    }
    rendered += place === 0 ? found.text : `/${found.text}`;
  }
  if (mark < 0) return { ok: true, url: rendered };
  const parameters = rest
    .slice(mark + 1)
    .split('&')
    .map((parameter) => renderedPart(parameter, message))
    .flatMap((part) => (part.ok ? [part.text] : []));
  return { ok: true, url: parameters.length === 0 ? rendered : `${rendered}?${parameters.join('&')}` };
}

type Part =
  | { readonly ok: true; readonly text: string; readonly filled: boolean }
  | { readonly ok: false; readonly detail: string };

function renderedPart(template: string, message: WebhookMessage): Part {
  const reading = readText(template);
  if (!reading.ok) return { ok: false, detail: reading.detail };
  let text = '';
  for (const part of reading.parts) {
    if (typeof part === 'string') text += part;
    else {
      const encoded = percentEncoded(valueAt(message, part));
      if (encoded === undefined) return { ok: false, detail: lacking(part) };
      text += encoded;
    }
  }
  return { ok: true, text, filled: reading.parts.some((part) => typeof part !== 'string') };
}

/** Undefined for what an address cannot hold. */
function percentEncoded(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  // A lone surrogate has no UTF-8 form.
  return /\p{Surrogate}/u.test(text) ? undefined : encodeURIComponent(text);
}

function lacking(placeholder: Placeholder): string {
  return `The address needs ${written(placeholder)}, and this message has no text or number there.`;
}

function split(text: string): { readonly host: string; readonly rest: string } {
  const [host = ''] = /^(?:[^/?#]*\/\/)?[^/?#]*/.exec(text) ?? [];
  return { host, rest: text.slice(host.length) };
}

function refused(code: string, detail: string): UrlReading {
  return { ok: false, problem: { pointer: '', code, detail } };
}
