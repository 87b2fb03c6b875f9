import type { ProviderManifest, SettingField, SettingValue } from '@rekomi/provider-contract';

import type { InputProblem } from './connection-problem.js';

export type Environment = 'live' | 'sandbox';
export type Settings = Readonly<Record<string, SettingValue>>;

/** Requests a second up to which a sandbox connection may be set, whatever the vendor allows: for benchmarks. */
export const SANDBOX_RATE_CEILING = 100_000;

export type SettingsReading =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

/** Checks settings as given (unknown, because they come from a request body) against the manifest. Pure. */
export function readSettings(
  manifest: ProviderManifest,
  environment: Environment,
  given: Readonly<Record<string, unknown>>,
): SettingsReading {
  const rates = rateSettings(manifest);
  const settings: Record<string, SettingValue> = {};
  const errors: InputProblem[] = [];
  for (const [name, value] of Object.entries(given)) {
    const pointer = `#/settings/${pointerSegment(name)}`;
    const field = manifest.settings.find((one) => one.name === name);
    if (field === undefined) {
      errors.push({ pointer, code: 'unknown_field', detail: `${manifest.name} has no setting "${name}".` });
      continue;
    }
    const lifted = environment === 'sandbox' && rates.has(name);
    const wrong = faultOf(field, value, lifted ? SANDBOX_RATE_CEILING : field.maximum);
    if (wrong === undefined) settings[name] = value as SettingValue;
    else errors.push({ pointer, code: 'invalid_value', detail: wrong });
  }
  return errors.length === 0 ? { ok: true, settings } : { ok: false, errors };
}

/** What the provider sees: every setting of the manifest, the default where nothing was chosen. */
export function withDefaults(manifest: ProviderManifest, chosen: Settings): Settings {
  return Object.fromEntries(
    manifest.settings.map((field) => [field.name, chosen[field.name] ?? field.default]),
  );
}

/** Names of the settings that only say how fast we send. Changing one alters nothing that is written. */
export function rateSettings(manifest: ProviderManifest): ReadonlySet<string> {
  return new Set(
    Object.values(manifest.limits).flatMap((limit) => (limit.setting === undefined ? [] : [limit.setting])),
  );
}

/** Names of the settings that only say how we send: how fast, one by one or in bulk. */
function waysOfSending(manifest: ProviderManifest): ReadonlySet<string> {
  const { bulk } = manifest.capabilities;
  return new Set([...rateSettings(manifest), ...(bulk?.setting === undefined ? [] : [bulk.setting])]);
}

/** Whether going from one choice to the other changes what is written at the vendor. */
export function altersWrites(manifest: ProviderManifest, before: Settings, after: Settings): boolean {
  const ways = waysOfSending(manifest);
  const [from, to] = [withDefaults(manifest, before), withDefaults(manifest, after)];
  return manifest.settings.some((field) => !ways.has(field.name) && from[field.name] !== to[field.name]);
}

/** Escapes a name for use in a JSON pointer (RFC 6901). */
export function pointerSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function faultOf(field: SettingField, value: unknown, maximum: number | undefined): string | undefined {
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `"${field.label}" is true or false.`;
    case 'text':
      return typeof value === 'string' && value.length <= 1000
        ? undefined
        : `"${field.label}" is a text of at most 1,000 characters.`;
    case 'choice': {
      const choices = (field.choices ?? []).map((choice) => choice.value);
      return typeof value === 'string' && choices.includes(value)
        ? undefined
        : `"${field.label}" is one of: ${choices.join(', ')}.`;
    }
    case 'integer': {
      const minimum = field.minimum ?? Number.MIN_SAFE_INTEGER;
      const most = maximum ?? Number.MAX_SAFE_INTEGER;
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum && value <= most
        ? undefined
        : `"${field.label}" is a whole number from ${minimum} to ${most}.`;
    }
  }
}
