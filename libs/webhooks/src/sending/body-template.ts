import type { JsonValue } from './json-value.js';
import type { PresetName } from './preset.js';

/** How a message becomes a body: JSON of the merchant's own with placeholders, or a preset's. Stored as it is. */
export type BodyTemplate = { readonly json: JsonValue } | { readonly preset: PresetName };
