import {
  ERROR_CODES,
  VENDOR_MESSAGE_LIMIT,
  type ProviderCall,
  type ProviderManifest,
} from '@rekomi/provider-contract';

type Loose = Readonly<Record<string, unknown>>;

const FAILURES = ['refused', 'throttled', 'unavailable', 'ambiguous', 'unauthorised', 'misconfigured'];
const OUTCOMES = ['accepted', 'confirmed', 'unchanged', 'ignored', ...FAILURES];
const KINDS: Readonly<Record<ProviderCall, readonly string[]>> = {
  verify: ['valid', 'rejected', 'unreachable', 'untestable'],
  listAudiences: ['page', ...FAILURES],
  upsertContact: OUTCOMES,
  trackEvent: OUTCOMES,
  upsertContacts: OUTCOMES,
  trackEvents: OUTCOMES,
  readContact: ['found', 'not_found', ...FAILURES],
  createAudience: ['created', ...FAILURES],
  removeContact: OUTCOMES,
  eraseContact: OUTCOMES,
};
const NEED_NO_CODE = ['accepted', 'confirmed', 'unchanged', 'page', 'found', 'not_found', 'created', 'valid'];

/** What is wrong with the shape of an answer of the provider, whatever it says. */
export function faultsOfTold(
  manifest: ProviderManifest,
  call: ProviderCall,
  told: unknown,
): readonly string[] {
  if (!isLoose(told)) return [`${call} returned ${String(told)}, which is no outcome`];
  const { kind } = told;
  if (typeof kind !== 'string' || !KINDS[call].includes(kind)) {
    return [`${call} returned the kind ${JSON.stringify(kind)}, which is none of ${KINDS[call].join(', ')}`];
  }
  const found: string[] = [];
  const known = (code: unknown, where: string): void => {
    if (typeof code !== 'string' || !Object.hasOwn(ERROR_CODES, code)) {
      found.push(
        `${call}: ${where} has the code ${JSON.stringify(code)}, which the table of codes does not hold`,
      );
    }
  };
  if (!NEED_NO_CODE.includes(kind)) known(told['code'], `the outcome ${kind}`);
  for (const warning of listOf(told['warnings'])) known(warning['code'], 'a warning');
  for (const check of listOf(told['checks'])) {
    if (check['code'] !== undefined) known(check['code'], 'a check');
    for (const name of (check['credentials'] ?? []) as readonly unknown[]) {
      if (!isCredential(manifest, name))
        found.push(`a check names the credential ${String(name)}, which is none`);
    }
  }
  const message = told['vendorMessage'];
  if (typeof message === 'string' && message.length > VENDOR_MESSAGE_LIMIT) {
    found.push(`${call}: vendorMessage has ${message.length} characters; at most ${VENDOR_MESSAGE_LIMIT}`);
  }
  if (kind === 'throttled' && !Object.hasOwn(manifest.limits, String(told['family']))) {
    found.push(`${call}: throttled names the family ${String(told['family'])}, which the manifest has not`);
  }
  const { until, credential, region, setting, wholeBatch } = told;
  if (wholeBatch !== undefined) {
    if (kind !== 'refused' || wholeBatch !== true)
      found.push(`${call}: wholeBatch stands with something other than a refusal`);
    if (!call.endsWith('s')) found.push(`${call}: wholeBatch stands with the outcome of one alone`);
  }
  if (until !== undefined && !(until instanceof Date && Number.isFinite(until.getTime()))) {
    found.push(`${call}: until is no date`);
  }
  if (credential !== undefined && !isCredential(manifest, credential)) {
    found.push(`${call}: the outcome names the credential ${String(credential)}, which is none`);
  }
  if (kind === 'misconfigured' && typeof setting !== 'string')
    found.push(`${call}: misconfigured names no setting`);
  if (region !== undefined && !isRegion(manifest, region)) {
    found.push(`${call}: the region ${String(region)} is none of the manifest’s`);
  }
  return found;
}

/** One of the manifest's, or the label of an account's own host. */
export function isRegion(manifest: ProviderManifest, name: unknown): boolean {
  if (manifest.regions.some((region) => region.name === name)) return true;
  return (manifest.accountHosts ?? []).some(({ label }) => new RegExp(`^(?:${label})$`).test(String(name)));
}

function isCredential(manifest: ProviderManifest, name: unknown): boolean {
  return manifest.credentials.some((field) => field.name === name);
}

function listOf(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value.filter(isLoose) : [];
}

function isLoose(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
