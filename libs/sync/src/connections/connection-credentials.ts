import { isAllowedHost, type CredentialField, type ProviderManifest } from '@rekomi/provider-contract';
import { credentialHint } from '@rekomi/transport';

import type { InputProblem } from './connection-problem.js';
import { pointerSegment } from './connection-settings.js';

/** Longest credential that is taken; the longest known keys (signed tokens) have about 2,000 characters. */
const LONGEST = 8_192;

/** Plaintext by field name. Lives between the request and the vault, and nowhere else. */
export type Credentials = Readonly<Record<string, string>>;

export interface CredentialWarning {
  readonly credential: string;
  readonly detail: string;
}

export type CredentialsReading =
  | {
      readonly ok: true;
      readonly set: Credentials;
      readonly removed: readonly string[];
      readonly warnings: readonly CredentialWarning[];
    }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

/**
 * Reads credentials as given against the manifest: trimmed, nothing unknown, no blanks or control characters inside.
 * `null` asks for removal. A value that does not look as usual only warns, because vendors change the shape of their
 * keys. No message ever quotes a value. Pure.
 *
 * @param complete true when every required field must be there (a new connection), false for changes to a stored set.
 */
export function readCredentials(
  manifest: ProviderManifest,
  given: Readonly<Record<string, unknown>>,
  complete: boolean,
): CredentialsReading {
  const set: Record<string, string> = {};
  const removed: string[] = [];
  const warnings: CredentialWarning[] = [];
  const errors: InputProblem[] = [];
  for (const name of Object.keys(given)) {
    if (!manifest.credentials.some((field) => field.name === name)) {
      errors.push(fault(name, 'unknown_field', `${manifest.name} has no credential "${name}".`));
    }
  }
  for (const field of manifest.credentials) {
    const value = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
    const trimmed = typeof value === 'string' ? value.trim() : value;
    if (trimmed === null || trimmed === '' || trimmed === undefined) {
      const missing = trimmed === undefined && !complete ? undefined : field.required;
      if (missing === true)
        errors.push(fault(field.name, 'required', `"${field.label}" is needed to connect.`));
      else if (trimmed === '' && !complete) {
        errors.push(
          fault(
            field.name,
            'invalid_value',
            `"${field.label}" is empty: leave it out to keep it, or send null to remove it.`,
          ),
        );
      } else if (trimmed === null) removed.push(field.name);
      continue;
    }
    if (typeof trimmed !== 'string') {
      errors.push(fault(field.name, 'invalid_value', `"${field.label}" is a text.`));
    } else if (
      field.mayHoldBlanks ? /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(trimmed) : /[\s\p{Cc}\p{Cf}]/u.test(trimmed)
    ) {
      const what = field.mayHoldBlanks ? 'a' : 'a blank, a';
      errors.push(
        fault(
          field.name,
          'invalid_value',
          `"${field.label}" has ${what} line break or an invisible character inside. Copy it again.`,
        ),
      );
    } else if (trimmed.length > LONGEST) {
      errors.push(fault(field.name, 'too_long', `"${field.label}" is longer than ${LONGEST} characters.`));
    } else if (field.kind === 'host' && hostIn(trimmed, manifest) === undefined) {
      errors.push(fault(field.name, 'host_not_allowed', notItsHost(field, manifest)));
    } else {
      set[field.name] = field.kind === 'host' ? (hostIn(trimmed, manifest) ?? trimmed) : trimmed;
      if (field.pattern !== undefined && !new RegExp(field.pattern, 'u').test(trimmed)) {
        warnings.push({
          credential: field.name,
          detail: `"${field.label}" does not look as usual${field.example === undefined ? '' : ` (for instance ${field.example})`}.`,
        });
      }
    }
  }
  return errors.length === 0 ? { ok: true, set, removed, warnings } : { ok: false, errors };
}

/** The host name in an address as people paste it; undefined unless it is one of the vendor's. */
function hostIn(pasted: string, manifest: ProviderManifest): string | undefined {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(pasted) ? pasted : `https://${pasted}`;
  const host = URL.canParse(address) ? new URL(address).hostname.toLowerCase() : '';
  return isAllowedHost(manifest, host) ? host : undefined;
}

function notItsHost(field: CredentialField, manifest: ProviderManifest): string {
  const example = field.example === undefined ? '' : `, for instance ${field.example}`;
  return `"${field.label}" is not an address of ${manifest.name}. Copy it from there${example}.`;
}

/** Values of the fields that are not secret; these may be shown. */
export function publicCredentials(manifest: ProviderManifest, credentials: Credentials): Credentials {
  return Object.fromEntries(
    manifest.credentials.flatMap((field) => {
      const value = credentials[field.name];
      return field.secret || value === undefined ? [] : [[field.name, value]];
    }),
  );
}

/**
 * The data centre that a key names, where its public part makes the host (`us14` of a Mailchimp key); undefined at all
 * other vendors.
 */
export function dataCentreOf(manifest: ProviderManifest, credentials: Credentials): string | undefined {
  const source = {
    has: (name: string) => (credentials[name] ?? '') !== '',
    reveal: (name: string) => credentials[name],
  };
  return manifest.credentials
    .filter((field) => field.secret && field.publicPart !== undefined)
    .map(({ name }) => credentialHint(manifest, source, name))
    .find((part) =>
      (manifest.accountHosts ?? []).some(({ suffix }) => isAllowedHost(manifest, `${part ?? ''}${suffix}`)),
    );
}

/** What names the vendor account, as one text to be fingerprinted. Equal texts share one pace. */
export function accountText(manifest: ProviderManifest, credentials: Credentials): string {
  return JSON.stringify(manifest.account.map((name) => credentials[name] ?? ''));
}

function fault(name: string, code: string, detail: string): InputProblem {
  return { pointer: `#/credentials/${pointerSegment(name)}`, code, detail };
}
