import type { Capabilities, ProviderManifest, RateLimit } from '@rekomi/provider-contract';

/** One thing a merchant wants to know of a vendor before connecting it. */
export interface CatalogueWord {
  /** Stable name, for instance `events`. */
  readonly topic:
    'audience' | 'events' | 'tags' | 'consent' | 'bulk' | 'receipts' | 'removal' | 'plan' | 'version';
  readonly text: string;
}

/** What a manifest means, in sentences; console, API and documents show the same ones. Pure. */
export function catalogueWords(manifest: ProviderManifest): readonly CatalogueWord[] {
  const { capabilities, audience, minimumPlan, apiVersion } = manifest;
  const words: CatalogueWord[] = [
    { topic: 'audience', text: audienceText(audience) },
    { topic: 'events', text: eventsText(capabilities) },
    { topic: 'tags', text: TAGS[capabilities.tags] },
    { topic: 'consent', text: CONSENT[capabilities.consent] },
    { topic: 'bulk', text: bulkText(capabilities.bulk) },
    { topic: 'receipts', text: capabilities.readBack ? READ_BACK : NO_READ_BACK },
    { topic: 'removal', text: removalText(capabilities) },
  ];
  if (minimumPlan !== undefined)
    words.push({ topic: 'plan', text: `API access needs at least: ${minimumPlan}.` });
  if (apiVersion !== undefined) words.push({ topic: 'version', text: versionText(apiVersion) });
  return words;
}

/** A family's allowance in words: `10 requests a second, and 750 a minute`. */
export function paceText({ usual, ceiling, quotas = [] }: RateLimit): string {
  const own = `${usual.requests.toLocaleString('en')} ${usual.requests === 1 ? 'request' : 'requests'} ${per(usual.perMs)}`;
  const further = quotas.map(({ requests, perMs }) => `${requests.toLocaleString('en')} ${per(perMs)}`);
  const most =
    ceiling.requests / ceiling.perMs > usual.requests / usual.perMs
      ? ` (the vendor allows ${ceiling.requests.toLocaleString('en')} ${per(ceiling.perMs)})`
      : '';
  return `${[own, ...further].join(', and ')}${most}`;
}

const TAGS: Readonly<Record<Capabilities['tags'], string>> = {
  native: 'Tags are the vendor’s own. They are added and removed one by one, never replaced.',
  attribute: 'The vendor has no tags; they are kept in a field of ours that segments can be built on.',
  none: 'The vendor has no place for tags.',
};

const CONSENT: Readonly<Record<Capabilities['consent'], string>> = {
  subscribed_on_create:
    'Whoever is new to the vendor may receive mail from then on. Whoever opted out there stays opted out.',
  untouched: 'A sync neither subscribes nor unsubscribes anybody.',
  explicit:
    'New people are subscribed as the connection’s settings say. Whoever opted out there stays opted out unless you decide otherwise.',
};

const READ_BACK = 'What arrived can be looked up at the vendor.';
const NO_READ_BACK = 'What arrived cannot be looked up; the vendor’s answer is all there is.';

function audienceText({ singular, plural, creatable, required }: ProviderManifest['audience']): string {
  const need = required
    ? `Affiliates join the ${singular} you choose; without one nobody can be written.`
    : `Affiliates join the ${singular} you choose, or none.`;
  return creatable ? `${need} New ${plural} can be created from here.` : need;
}

function eventsText({ events, eventSubstitute, eventDedupe }: Capabilities): string {
  if (events === 'none') return 'The vendor records no events.';
  if (events !== 'native') return eventSubstitute ?? 'The vendor has no events; a substitute is written.';
  const native =
    eventDedupe === 'none'
      ? 'Events reach the profile. The vendor does not recognise repeats, so an event whose answer was lost is not sent again unless its guide says so.'
      : 'Events reach the profile, each once: the vendor recognises a repeat by its id.';
  return eventSubstitute === undefined ? native : `${native} ${eventSubstitute}`;
}

function bulkText(bulk: Capabilities['bulk']): string {
  if (bulk === undefined) return 'One request for each person.';
  const size = `Up to ${bulk.maximumItems.toLocaleString('en')} people in one request.`;
  return bulk.results === 'job'
    ? `${size} The vendor works them off by itself and tells no result for each.`
    : size;
}

function removalText({ eraseContact }: Capabilities): string {
  const own = 'What we wrote can be taken back; people are never deleted by a sync.';
  return eraseContact ? `${own} Erasing a person at the vendor is possible on an explicit request.` : own;
}

function versionText({ name, sunset }: NonNullable<ProviderManifest['apiVersion']>): string {
  return sunset === undefined ? `Speaks ${name}.` : `Speaks ${name}, which the vendor ends on ${sunset}.`;
}

function per(ms: number): string {
  const known: readonly (readonly [number, string])[] = [
    [1_000, 'a second'],
    [60_000, 'a minute'],
    [3_600_000, 'an hour'],
    [86_400_000, 'a day'],
  ];
  const found = known.find(([length]) => length === ms);
  return found === undefined ? `in ${ms / 1000} seconds` : found[1];
}
