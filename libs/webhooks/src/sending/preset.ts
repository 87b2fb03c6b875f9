import type { FieldProblem } from './field-problem.js';
import type { JsonValue } from './json-value.js';
import type { WebhookMessage } from './webhook-message.js';

/** Vendors' own APIs that an endpoint can be. */
export const PRESET_NAMES = ['customer-io-track'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** An endpoint that is a vendor's API: everything about it that merchants would otherwise have to find out. */
export interface WebhookPreset {
  readonly name: PresetName;
  readonly label: string;
  readonly summary: string;
  /** Of the API that is called. */
  readonly docs: string;
  readonly regions: readonly { readonly name: string; readonly label: string; readonly host: string }[];
  /** Write-only: what is made of them is stored sealed, as a header. */
  readonly secrets: readonly { readonly name: string; readonly label: string; readonly help: string }[];
  /** Address with placeholders. */
  url(host: string): string;
  /** Headers with keys in them, from secrets that were checked. */
  headers(secrets: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  render(message: WebhookMessage): PresetBody;
}

/** Not ok: the vendor would not take this message, now or ever. */
export type PresetBody =
  { readonly ok: true; readonly json: JsonValue } | { readonly ok: false; readonly detail: string };

export type PresetHeaders =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };
