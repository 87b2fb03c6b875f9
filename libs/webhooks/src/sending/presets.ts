import { customerIoTrackPreset } from './customer-io-track.preset.js';
import { pointerOf, type FieldProblem } from './field-problem.js';
import type { PresetHeaders, PresetName, WebhookPreset } from './preset.js';

export const PRESETS: Readonly<Record<PresetName, WebhookPreset>> = {
  'customer-io-track': customerIoTrackPreset,
};

/** All hosts of all presets: what the sandbox stands for. */
export const PRESET_HOSTS: ReadonlySet<string> = new Set(
  Object.values(PRESETS).flatMap(({ regions }) => regions.map(({ host }) => host)),
);

/** The address template of a preset in a region, or what is wrong with the region. */
export function presetUrl(
  name: PresetName,
  region: unknown,
): { readonly ok: true; readonly url: string } | { readonly ok: false; readonly problem: FieldProblem } {
  const preset = PRESETS[name];
  const found = preset.regions.find((one) => one.name === region);
  if (found !== undefined) return { ok: true, url: preset.url(found.host) };
  const detail = `Choose one of: ${preset.regions.map((one) => `${one.name} (${one.label})`).join(', ')}.`;
  return { ok: false, problem: { pointer: '', code: 'is_in', detail } };
}

/** The headers that open a preset's API. No problem repeats a value. */
export function presetHeaders(name: PresetName, secrets: unknown): PresetHeaders {
  const preset = PRESETS[name];
  const given = new Map<string, unknown>(
    typeof secrets === 'object' && secrets !== null ? Object.entries(secrets) : [],
  );
  const values: Record<string, string> = {};
  const problems: FieldProblem[] = [];
  for (const secret of preset.secrets) {
    const value = given.get(secret.name);
    const text = typeof value === 'string' ? value.trim() : '';
    if (text === '')
      problems.push(problem(secret.name, 'required', `${secret.label} is needed. ${secret.help}`));
    // A colon would end the user name of Basic authentication early.
    else if (!/^[\x21-\x39\x3b-\x7e]{1,200}$/.test(text)) {
      problems.push(
        problem(secret.name, 'secret_invalid', `${secret.label} has characters that no key has.`),
      );
    }
    values[secret.name] = text;
    given.delete(secret.name);
  }
  for (const key of given.keys()) problems.push(problem(key, 'unknown', 'This preset has no such field.'));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, headers: preset.headers(values) };
}

function problem(field: string, code: string, detail: string): FieldProblem {
  return { pointer: pointerOf([field]), code, detail };
}
