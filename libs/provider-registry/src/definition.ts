import type { ProviderManifest } from '@rekomi/provider-contract';

/**
 * The part of a manifest that stored connections and other people's scripts rely on. It is kept as JSON beside the
 * manifest (`definition.json`), so that a change of it shows as a change of that file.
 */
export interface ProviderDefinition {
  readonly slug: string;
  readonly credentials: Readonly<Record<string, { readonly required: boolean; readonly secret: boolean }>>;
  readonly account: readonly string[];
  readonly settings: Readonly<
    Record<string, { readonly type: string; readonly choices?: readonly string[] }>
  >;
  readonly regions: readonly string[];
  readonly audienceRequired: boolean;
  readonly events: string;
  /** The vendor's names of what is written. */
  readonly writes: readonly string[];
}

export function definitionOf(manifest: ProviderManifest): ProviderDefinition {
  return {
    slug: manifest.slug,
    credentials: Object.fromEntries(
      manifest.credentials.map(({ name, required, secret }) => [name, { required, secret }]),
    ),
    account: manifest.account,
    settings: Object.fromEntries(
      manifest.settings.map(({ name, type, choices }) => [
        name,
        { type, ...(choices === undefined ? {} : { choices: choices.map(({ value }) => value) }) },
      ]),
    ),
    regions: manifest.regions.map(({ name }) => name),
    audienceRequired: manifest.audience.required,
    events: manifest.capabilities.events,
    writes: manifest.writes.map(({ vendorField }) => vendorField),
  };
}

/** What of a change would break connections that are stored or requests that people make. Pure. */
export function breakingChanges(published: ProviderDefinition, now: ProviderDefinition): readonly string[] {
  return [
    ...(published.slug === now.slug ? [] : [`the slug changed from ${published.slug} to ${now.slug}`]),
    ...credentialChanges(published, now),
    ...settingChanges(published, now),
    ...gone(published.regions, now.regions).map((region) => `the region ${region} is gone`),
    ...(JSON.stringify(published.account) === JSON.stringify(now.account)
      ? []
      : ['another set of credentials names the vendor account, so pace and duplicates are counted anew']),
    ...(!published.audienceRequired && now.audienceRequired ? ['an audience is required now'] : []),
  ];
}

function credentialChanges(published: ProviderDefinition, now: ProviderDefinition): readonly string[] {
  return [
    ...gone(Object.keys(published.credentials), Object.keys(now.credentials)).map(
      (name) => `the credential ${name} is gone or has another name`,
    ),
    ...Object.entries(now.credentials).flatMap(([name, { required, secret }]) => {
      const before = published.credentials[name];
      const need = required && before?.required !== true ? [`the credential ${name} is required now`] : [];
      const shown =
        before?.secret === true && !secret ? [`the credential ${name} is no secret any more`] : [];
      return [...need, ...shown];
    }),
  ];
}

function settingChanges(published: ProviderDefinition, now: ProviderDefinition): readonly string[] {
  return Object.entries(published.settings).flatMap(([name, before]) => {
    const after = now.settings[name];
    if (after === undefined) return [`the setting ${name} is gone or has another name`];
    if (after.type !== before.type) return [`the setting ${name} is of another type`];
    return gone(before.choices ?? [], after.choices ?? []).map(
      (choice) => `the setting ${name} lost its choice ${choice}`,
    );
  });
}

function gone(before: readonly string[], after: readonly string[]): readonly string[] {
  return before.filter((one) => !after.includes(one));
}
