import { fixedHosts, type ProviderManifest } from '@rekomi/provider-contract';
import { Findings } from '../checks.js';
import { claimsAbout } from '../claims.js';
import { isRegion } from '../told.js';
import type { ConformanceCase } from '../conformance-case.js';

/** A file of a provider reaches around what it is handed. */
const REACHES: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\bfetch\s*\(/, 'calls fetch'],
  [/\bprocess\s*\./, 'uses process'],
  [/\b(setTimeout|setInterval|setImmediate)\s*\(/, 'uses a timer'],
  [/\bDate\.now\s*\(|\bnew Date\(\)/, 'reads the clock'],
  [/from '(node:)?(http|https|net|fs|fs\/promises|child_process)'/, 'imports input or output of Node'],
  [/from '(axios|undici|got|node-fetch)'/, 'imports an HTTP client'],
  [/from '@rekomi\/(?!provider-contract')/, 'imports another library of the product'],
  [/\bconsole\s*\./, 'logs'],
];

const consistent: ConformanceCase = {
  id: 'manifest-consistent',
  title: 'The manifest agrees with itself: names, limits, defaults, substitutes',
  rule: 'manifest',
  proves: claimsAbout('limits:'),
  run: async ({ manifest }) => {
    const findings = new Findings();
    for (const fault of faultsOf(manifest)) findings.add(fault);
    findings.settle();
  },
};

const methods: ConformanceCase = {
  id: 'manifest-methods',
  title: 'The provider has exactly the calls that its manifest claims',
  rule: 'manifest',
  proves: (manifest) => [
    ...(manifest.capabilities.readBack ? [] : ['read back: false']),
    ...(manifest.capabilities.eraseContact ? [] : ['erase contact: false']),
    ...(manifest.audience.creatable ? [] : ['audience creatable: false']),
    ...(manifest.capabilities.tags === 'none' ? ['tags: none'] : []),
    ...(manifest.capabilities.events === 'none' ? ['events: none'] : []),
  ],
  run: async ({ subject: { provider }, manifest }) => {
    const { capabilities, audience } = manifest;
    const findings = new Findings();
    const claim = (claimed: boolean, call: keyof typeof provider): void => {
      const there = provider[call] !== undefined;
      findings.unless(
        claimed === there,
        `${call} is ${there ? 'there' : 'missing'}, and the manifest says the opposite`,
      );
    };
    claim(capabilities.readBack, 'readContact');
    claim(capabilities.eraseContact, 'eraseContact');
    claim(audience.creatable, 'createAudience');
    const inBulk = provider.upsertContacts !== undefined || provider.trackEvents !== undefined;
    findings.unless(
      inBulk === (capabilities.bulk !== undefined),
      `bulk calls are ${inBulk ? 'there' : 'missing'}, and the manifest says the opposite`,
    );
    claim(true, 'removeContact');
    findings.settle();
  },
};

const emulator: ConformanceCase = {
  id: 'emulator-answers-for-hosts',
  title: 'The emulated vendor answers for the hosts of the manifest and has an account with every credential',
  rule: 'manifest',
  run: async ({ manifest, stage }) => {
    const { emulator: vendor, probe } = await stage();
    const findings = new Findings();
    const wanted = [
      ...fixedHosts(manifest),
      ...(manifest.accountHosts ?? []).map(({ suffix }) => `*${suffix}`),
    ];
    findings.unless(
      [...vendor.hosts].sort().join() === [...wanted].sort().join(),
      `the emulator answers for ${vendor.hosts.join(', ')}, the manifest lists ${wanted.join(', ')}`,
    );
    findings.unless(vendor.slug === manifest.slug, `the emulator is called ${vendor.slug}`);
    findings.unless(probe.accounts.length > 0, 'the emulator has no account');
    for (const { credentials, region } of probe.accounts) {
      for (const { name, required } of manifest.credentials) {
        findings.unless(name in credentials || !required, `an account has no credential ${name}`);
      }
      findings.unless(
        region === undefined || isRegion(manifest, region),
        `an account is in the region ${String(region)}, which the manifest has not`,
      );
    }
    findings.settle();
  },
};

const pure: ConformanceCase = {
  id: 'uses-what-it-is-handed',
  title: 'The provider’s own files reach for no network, clock, timer, process or log',
  rule: 'hostile-vendor',
  appliesTo: (_, { sources }) => (sources === undefined ? 'Only built files are at hand.' : true),
  run: async ({ subject: { sources = [] } }) => {
    const findings = new Findings();
    for (const { name, text } of sources) {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      for (const [pattern, what] of REACHES) findings.unless(!pattern.test(code), `${name} ${what}`);
    }
    findings.settle();
  },
};

export const MANIFEST_CASES = [consistent, methods, emulator, pure];

/** What contradicts itself in a manifest. */
function faultsOf(manifest: ProviderManifest): readonly string[] {
  const { credentials, settings, capabilities, limits, regions, accountHosts = [] } = manifest;
  const fieldNames = credentials.map(({ name }) => name);
  const settingOf = (name: string): (typeof settings)[number] | undefined =>
    settings.find((field) => field.name === name);
  return [
    ...unless(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(manifest.slug), 'the slug is not in kebab case'),
    ...unless(/^\d{4}-\d{2}-\d{2}$/.test(manifest.checkedOn), 'checkedOn is no date'),
    ...unless(
      regions.length > 0 || accountHosts.length > 0,
      'there is neither a region nor a host of an account',
    ),
    ...twice(fieldNames).map((name) => `the credential ${name} stands twice`),
    ...twice(settings.map(({ name }) => name)).map((name) => `the setting ${name} stands twice`),
    ...twice(regions.map(({ name }) => name)).map((name) => `the region ${name} stands twice`),
    ...unless(manifest.account.length > 0, 'no credential names the account'),
    ...[...manifest.account, ...manifest.audience.listingNeeds]
      .filter((name) => !fieldNames.includes(name))
      .map((name) => `${name} is no credential`),
    ...credentials.flatMap((field) => [
      ...unless(
        field.required || field.without !== undefined,
        `${field.name} does not say what is lost without it`,
      ),
      ...unless(field.kind !== 'host' || !field.secret, `${field.name} is a host and cannot be a secret`),
      ...unless(
        field.example === undefined ||
          field.pattern === undefined ||
          new RegExp(field.pattern, 'u').test(field.example),
        `the example of ${field.name} does not match its own pattern`,
      ),
    ]),
    ...accountHosts.flatMap(({ suffix }) =>
      unless(suffix.startsWith('.'), `${suffix} does not begin with a dot`),
    ),
    ...settings.flatMap((field) => {
      const { type, choices = [], minimum = -Infinity, maximum = Infinity } = field;
      const given = field.default;
      if (type === 'choice') {
        return unless(
          choices.some(({ value }) => value === given),
          `the default of ${field.name} is none of its choices`,
        );
      }
      if (type === 'integer') {
        const fits =
          typeof given === 'number' && Number.isInteger(given) && given >= minimum && given <= maximum;
        return unless(fits, `the default of ${field.name} is out of its bounds`);
      }
      return unless(
        typeof given === (type === 'boolean' ? 'boolean' : 'string'),
        `the default of ${field.name} is no ${type}`,
      );
    }),
    ...Object.entries(limits).flatMap(([family, limit]) => [
      ...unless(limit.source.length > 10, `the limit of ${family} has no source`),
      ...unless(limit.concurrency >= 1 && limit.timeoutMs >= 1000, `the limit of ${family} leaves no room`),
      ...unless(
        limit.usual.requests / limit.usual.perMs <= limit.ceiling.requests / limit.ceiling.perMs,
        `the usual pace of ${family} is above its ceiling`,
      ),
      ...unless(
        limit.setting === undefined || settingOf(limit.setting)?.type === 'integer',
        `the setting of ${family} is no integer setting`,
      ),
    ]),
    ...[...manifest.reservedAttributes, ...manifest.reservedEventKeys]
      .filter((name) => name !== name.toLowerCase())
      .map((name) => `the reserved name ${name} is not in lower case`),
    ...unless(
      !['tag', 'attribute'].includes(capabilities.events) || (capabilities.eventSubstitute ?? '').length > 20,
      'eventSubstitute does not say what becomes of events',
    ),
    ...unless(
      capabilities.events !== 'tag' || capabilities.tags !== 'none',
      'events become tags at a vendor without tags',
    ),
    ...unless(manifest.writes.length > 0, 'writes does not say what is written'),
    ...bulkFaults(manifest, settingOf),
  ];
}

function bulkFaults(
  { capabilities: { bulk } }: ProviderManifest,
  settingOf: (name: string) => { readonly type: string } | undefined,
): readonly string[] {
  if (bulk === undefined) return [];
  return [
    ...unless(
      bulk.worthwhileFrom >= 1 && bulk.worthwhileFrom <= bulk.maximumItems,
      'bulk calls are never worthwhile',
    ),
    ...unless(bulk.maximumItemBytes <= bulk.maximumBytes, 'an item may be larger than its batch'),
    ...unless(
      bulk.setting === undefined || settingOf(bulk.setting)?.type === 'boolean',
      'the setting for bulk calls is no boolean setting',
    ),
  ];
}

function unless(condition: boolean, fault: string): readonly string[] {
  return condition ? [] : [fault];
}

function twice(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
