import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DAY_MS = 86_400_000;
/** Long enough to plan, build and roll out a change of version. */
const WARN_DAYS = 90;
/** Headings that every guide has, so that a merchant finds the same things in the same words. */
const GUIDE_SECTIONS = [
  'Before you start',
  'Where the ',
  'What is written',
  'Consent',
  'Events',
  'How fast',
  'Troubleshooting',
  'Disconnecting',
];

/** What is missing or does not fit in a provider's folder. */
export function providerFaults({ slug, folder, manifest, codes }) {
  const guide = textOf(join(folder, 'guide.md'));
  return [
    ...(manifest.slug === slug ? [] : [`the manifest calls itself ${manifest.slug}.`]),
    ...manifestFaults(manifest),
    ...guideFaults(guide, codes),
    ...logoFaults(join(folder, 'logo.svg')),
    ...(readdirSync(folder).some((name) => name.endsWith('.spec.ts')) ? [] : ['there is no spec.']),
  ];
}

/** @returns a sentence when the vendor's API version ends soon or has ended. */
export function sunsetWarning({ name, apiVersion }, today) {
  if (apiVersion?.sunset === undefined) return undefined;
  const days = Math.round((Date.parse(apiVersion.sunset) - Date.parse(today)) / DAY_MS);
  if (days > WARN_DAYS) return undefined;
  return days < 0
    ? `${name} ended ${apiVersion.name} on ${apiVersion.sunset}. Move to the next version.`
    : `${name} ends ${apiVersion.name} on ${apiVersion.sunset}, in ${days} days. Move to the next version.`;
}

function manifestFaults(manifest) {
  const { credentials, capabilities, limits, account, writes, apiVersion } = manifest;
  const names = credentials.map(({ name }) => name);
  return [
    ...credentials.flatMap(({ name, required, without }) =>
      required || without
        ? []
        : [`the credential ${name} may be left out, and nothing says what is lost (\`without\`).`],
    ),
    ...credentials.flatMap(({ name, secret, kind }) =>
      kind === 'host' && secret ? [`the credential ${name} is a host and cannot be secret.`] : [],
    ),
    ...account.flatMap((name) =>
      names.includes(name) ? [] : [`the account is named by ${name}, which is no credential.`],
    ),
    ...Object.entries(limits).flatMap(([family, { source }]) =>
      /https:\/\/|\d{4}-\d{2}/.test(source)
        ? []
        : [`the limits of "${family}" name no source with its date.`],
    ),
    ...(writes.length > 0 ? [] : ['nothing is said about what is written (`writes`).']),
    ...(['tag', 'attribute'].includes(capabilities.events) && !capabilities.eventSubstitute
      ? ['events have a substitute that is not described (`eventSubstitute`).']
      : []),
    ...(/^\d{4}-\d{2}-\d{2}$/.test(apiVersion?.sunset ?? '2000-01-01')
      ? []
      : ['the sunset is no date (YYYY-MM-DD).']),
    ...(/^\d{4}-\d{2}-\d{2}$/.test(manifest.checkedOn) ? [] : ['`checkedOn` is no date (YYYY-MM-DD).']),
  ];
}

function guideFaults(guide, codes) {
  if (guide === undefined) return ['guide.md is missing.'];
  const headings = [...guide.matchAll(/^#{2,3}\s+(.+?)\s*$/gm)].map(([, heading]) => heading.toLowerCase());
  const missing = GUIDE_SECTIONS.filter(
    (section) => !headings.some((heading) => heading.startsWith(section.toLowerCase())),
  );
  const [, troubles = ''] = guide.split(/^## Troubleshooting.*$/m);
  const named = [...(troubles.split(/^## /m)[0] ?? '').matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(
    ([, code]) => code,
  );
  return [
    ...missing.map((section) => `guide.md has no section "${section}".`),
    ...named
      .filter((code) => !codes.includes(code))
      .map((code) => `guide.md explains ${code}, which is no error code.`),
    ...(named.includes('credentials_rejected')
      ? []
      : ['guide.md does not explain the code credentials_rejected.']),
  ];
}

function logoFaults(file) {
  const logo = textOf(file);
  if (logo === undefined) return ['logo.svg is missing.'];
  const unsafe = /<script|\bon[a-z]+=|href=|<foreignObject|url\(/i.test(logo);
  return unsafe || !/^<svg [^>]*viewBox=/.test(logo)
    ? ['logo.svg has to be a plain drawing with a viewBox.']
    : [];
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
