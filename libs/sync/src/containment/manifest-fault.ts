type Loose = Readonly<Record<string, unknown>>;

/**
 * What the engine could not work with in a provider's manifest, in words; undefined when there is nothing. A manifest is data that
 * the engine believes without asking: a nonsensical number there would stop a drain for good or make it spin, where
 * the same in an answer is merely a fault of one call.
 */
export function manifestFault(manifest: unknown): string | undefined {
  if (!isLoose(manifest)) return 'there is no manifest';
  const { capabilities, limits, writes, settings } = manifest;
  if (!isLoose(capabilities)) return 'capabilities are missing';
  if (!Array.isArray(settings)) return 'settings is no list';
  if (!isListOfFields(writes)) return 'writes is no list of fields';
  return bulkFault(capabilities['bulk']) ?? limitsFault(limits);
}

function bulkFault(bulk: unknown): string | undefined {
  if (bulk === undefined) return undefined;
  if (!isLoose(bulk)) return 'capabilities.bulk is no description of bulk calls';
  const wrong = ['maximumItems', 'worthwhileFrom'].find((name) => !isCount(bulk[name]));
  return wrong === undefined ? undefined : `capabilities.bulk.${wrong} is no number of items`;
}

function limitsFault(limits: unknown): string | undefined {
  if (!isLoose(limits)) return 'limits are missing';
  for (const [family, limit] of Object.entries(limits)) {
    if (!isLoose(limit)) return `limits.${family} is no limit`;
    const { usual, quotas = [], concurrency, timeoutMs } = limit;
    if (!isWindow(usual)) return `limits.${family}.usual allows nothing`;
    if (!Array.isArray(quotas) || !quotas.every(isWindow)) return `limits.${family}.quotas allow nothing`;
    if (!isCount(concurrency)) return `limits.${family}.concurrency allows nothing`;
    if (!isPositive(timeoutMs)) return `limits.${family}.timeoutMs is no time`;
  }
  return undefined;
}

function isWindow(value: unknown): boolean {
  return isLoose(value) && isPositive(value['requests']) && isPositive(value['perMs']);
}

function isListOfFields(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => isLoose(one) && typeof one['vendorField'] === 'string');
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isLoose(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
