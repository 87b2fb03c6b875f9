import type { BodyTemplate } from './body-template.js';
import type { WebhookMessage } from './webhook-message.js';

export type RenderedBody =
  | { readonly ok: true; readonly body: string; readonly contentType: string }
  | { readonly ok: false; readonly detail: string };

/** Without a template: the body of Standard Webhooks 1.0, `{type, timestamp, data}`. */
export function renderBody(template: BodyTemplate | undefined, message: WebhookMessage): RenderedBody {
  if (template !== undefined) return { ok: false, detail: 'Templates are not rendered yet.' };
  const { type, timestamp, data, affiliate, campaign } = message;
  const whole = { ...data, affiliate, ...(campaign === undefined ? {} : { campaign }) };
  return {
    ok: true,
    body: JSON.stringify({ type, timestamp, data: whole }),
    contentType: 'application/json',
  };
}
