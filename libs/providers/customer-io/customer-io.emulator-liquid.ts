import { isRecord } from './customer-io.emulator-parsing.js';

/** What a template may name: `customer.email`, `event.plan`, `delivery_id`. */
export type LiquidScope = Readonly<Record<string, unknown>>;

export type Rendering =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: string };

/**
 * The part of Liquid that a webhook step needs: `{{ customer.first_name | default: "" | json }}`. Anything else of it
 * (tags, other filters) makes the message undeliverable and says so, instead of leaving something in the text.
 */
export function rendered(template: string, scope: LiquidScope): Rendering {
  let fault: string | undefined;
  const text = template.replace(/\{\{([\s\S]*?)\}\}/g, (_, expression: string) => {
    const value = evaluated(expression, scope);
    if (value.ok) return value.text;
    fault ??= value.fault;
    return '';
  });
  if (/\{%/.test(text)) fault ??= 'Liquid tags ({% … %}) are not emulated';
  return fault === undefined ? { ok: true, text } : { ok: false, fault };
}

function evaluated(expression: string, scope: LiquidScope): Rendering {
  const [path = '', ...filters] = expression.split('|').map((part) => part.trim());
  let value = lookedUp(path, scope);
  for (const filter of filters) {
    const fallback = /^default:\s*(?:"([^"]*)"|'([^']*)')$/.exec(filter);
    if (fallback !== null) {
      if (value === undefined || value === null || value === '') value = fallback[1] ?? fallback[2];
    } else if (filter === 'json') {
      value = JSON.stringify(value ?? null);
    } else {
      return { ok: false, fault: `the Liquid filter "${filter}" is not emulated` };
    }
  }
  return { ok: true, text: value === undefined || value === null ? '' : asPlainText(value) };
}

function lookedUp(path: string, scope: LiquidScope): unknown {
  let value: unknown = scope;
  for (const name of path.split('.')) value = isRecord(value) ? value[name] : undefined;
  return value;
}

function asPlainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
