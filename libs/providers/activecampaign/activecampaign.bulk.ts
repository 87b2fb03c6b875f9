import {
  notSent,
  objectsIn,
  parcels,
  refusedTogether,
  shortened,
  told,
  unknownAnswer,
  wayFailure,
  type ContactChange,
  type Failure,
  type Outcome,
  type ProviderAccess,
  type Refused,
  type Warning,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { contactRefusal, type Declined, type Reading } from './activecampaign.answers.js';
import { ask } from './activecampaign.calls.js';
import { planOf, upsertContact, type ContactPlan } from './activecampaign.contacts.js';
import { customFields, holdersOf, listExists } from './activecampaign.directory.js';
import { IMPORT_LIMITS } from './activecampaign.manifest.js';
import { isCustom } from './activecampaign.mapping.js';

const OPENING = '{"contacts":[';
const CLOSING = ']}';
const PARCEL = { ...IMPORT_LIMITS, frame: OPENING.length + CLOSING.length };

interface Item {
  readonly plan: ContactPlan;
  readonly entry: Readonly<Record<string, unknown>>;
  /** The entry as JSON, made once. */
  readonly text: string;
  readonly written: WrittenDelta;
  readonly warnings: readonly Warning[];
  /** A list of this contact is gone; it was left out of the import. */
  readonly lost: boolean;
}

/**
 * Imports what only adds something; the rest goes one by one. An import does not re-subscribe anybody, and says nothing about single
 * contacts, so `accepted` is the most that comes of it.
 */
export async function upsertContacts(
  access: ProviderAccess,
  changes: readonly ContactChange[],
): Promise<readonly Outcome[]> {
  const outcomes: (Outcome | undefined)[] = changes.map(() => undefined);
  const fitting = changes.flatMap((change, index) => {
    const plan = planOf(change);
    return canImport(access, change, plan) ? [{ index, plan }] : [];
  });
  const tagged = await taggedBefore(
    access,
    fitting.map(({ plan }) => plan),
  );
  if ('kind' in tagged) {
    // Without knowing whose tags they are nothing is written.
    for (const { index } of fitting) outcomes[index] = tagged;
  }
  const imported = 'kind' in tagged ? [] : fitting.filter(({ plan }) => !tagged.has(plan));
  const items =
    imported.length === 0
      ? []
      : await itemsOf(
          access,
          imported.map(({ plan }) => plan),
        );
  const settled = Array.isArray(items)
    ? await importAll(access, items as readonly Item[])
    : imported.map((): Outcome => items as Outcome);
  for (const [position, { index }] of imported.entries()) outcomes[index] = settled[position];
  const singles: Outcome[] = [];
  for (const [index, change] of changes.entries())
    singles.push(outcomes[index] ?? (await upsertContact(access, change)));
  return singles;
}

/** What takes something away, moves somebody, or needs a look first is no matter for an import. */
function canImport(access: ProviderAccess, change: ContactChange, plan: ContactPlan): boolean {
  const takes =
    plan.tags.remove.length > 0 || Object.values(plan.values).includes(null) || plan.lists.remove.length > 0;
  const looks = access.settings['optedOut'] === 'resubscribe' && plan.lists.add.length > 0;
  return !plan.idle && !plan.moved && change.rewrite !== true && !takes && !looks;
}

/**
 * Those who have one of their tags already, or may have: an import says nothing of it, so they go one by one, where a look
 * tells the merchant's tag from ours. Listing who has a tag pays as long as it is less than looking at each.
 */
async function taggedBefore(
  access: ProviderAccess,
  plans: readonly ContactPlan[],
): Promise<ReadonlySet<ContactPlan> | Failure> {
  const before = new Set<ContactPlan>();
  for (const name of new Set(plans.flatMap(({ tags }) => tags.add))) {
    const holders = await holdersOf(access, name, 2 * plans.length);
    if (holders.kind !== 'found') return holders;
    for (const plan of plans.filter(({ tags }) => tags.add.includes(name)))
      if (holders.value?.has(plan.email.toLowerCase()) ?? true) before.add(plan);
  }
  return before;
}

async function itemsOf(
  access: ProviderAccess,
  plans: readonly ContactPlan[],
): Promise<readonly Item[] | Outcome> {
  const custom = plans.some(({ values }) => Object.keys(values).some(isCustom));
  const fields = custom ? await customFields(access) : { kind: 'found' as const, value: {} };
  if (fields.kind !== 'found') return fields;
  const gone = new Set<string>();
  for (const list of new Set(plans.flatMap(({ lists }) => lists.add)))
    if ((await listExists(access, list)) === false) gone.add(list);
  return plans.map((plan) => itemOf(plan, fields.value, gone));
}

/** Names are in snake case here, unlike everywhere else. */
function itemOf(plan: ContactPlan, ids: Readonly<Record<string, string>>, gone: ReadonlySet<string>): Item {
  const { email, values, tags, lists } = plan;
  const custom = Object.entries(values).filter(([name]) => isCustom(name));
  const known = custom.filter(([name]) => ids[name.toLowerCase()] !== undefined);
  const joined = lists.add.filter((list) => !gone.has(list));
  const { firstName, lastName } = values;
  const fields = known.map(([name, value]) => ({ id: Number(ids[name.toLowerCase()]), value }));
  const written = Object.entries(values).filter(
    ([name]) => !isCustom(name) || ids[name.toLowerCase()] !== undefined,
  );
  const entry = {
    email,
    ...(firstName === undefined ? {} : { first_name: firstName }),
    ...(lastName === undefined ? {} : { last_name: lastName }),
    ...(tags.add.length === 0 ? {} : { tags: tags.add }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(joined.length === 0 ? {} : { subscribe: joined.map((list) => ({ listid: Number(list) })) }),
  };
  return {
    plan,
    entry,
    text: JSON.stringify(entry),
    written: {
      email,
      ...(written.length === 0 ? {} : { fields: Object.fromEntries(written) }),
      ...(tags.add.length === 0 ? {} : { tagsAdded: tags.add }),
      ...(joined.length === 0 ? {} : { audiencesJoined: joined }),
    },
    warnings: [
      ...plan.warnings,
      ...custom
        .filter(([name]) => ids[name.toLowerCase()] === undefined)
        .map(([name]): Warning => ({
          code: 'field_missing',
          field: name,
          detail: `The account has no custom field called ${name}; the value was not written.`,
        })),
    ],
    lost: joined.length < lists.add.length,
  };
}

async function importAll(access: ProviderAccess, items: readonly Item[]): Promise<readonly Outcome[]> {
  const results = new Map<Item, Outcome>();
  const all = parcels(
    items.map(({ text }) => text),
    PARCEL,
  );
  let stopped: Failure | undefined;
  for (const positions of all) {
    const going = positions.flatMap((position) => items[position] ?? []);
    if (stopped === undefined) await importSome(access, going, results);
    else for (const item of going) results.set(item, notSent(stopped));
    stopped ??= going.map((item) => wayFailure(results.get(item))).find((failure) => failure !== undefined);
  }
  return items.map((item) => outcomeOf(item, results.get(item) ?? unknownAnswer()));
}

/**
 * One bad contact makes the vendor turn down the whole import. Those whom it names are refused, and the others go again
 * without them.
 */
async function importSome(
  access: ProviderAccess,
  items: readonly Item[],
  results: Map<Item, Outcome>,
): Promise<void> {
  for (let going = items; going.length > 0; going = items.filter((item) => !results.has(item))) {
    const reading = await ask(access, {
      family: 'import',
      method: 'POST',
      path: '/import/bulk_import',
      jsonText: `${OPENING}${going.map(({ text }) => text).join(',')}${CLOSING}`,
    });
    const named = reading.kind === 'declined' ? faultsIn(reading, going) : [];
    for (const [item, fault] of named) results.set(item, fault);
    if (named.length > 0) continue;
    const result = resultOf(reading);
    for (const item of going) results.set(item, result);
  }
}

function resultOf(reading: Reading): Outcome {
  if (reading.kind === 'declined') {
    const refusal = contactRefusal(reading);
    return refusal.kind === 'refused' ? refusedTogether(refusal) : refusal;
  }
  if (reading.kind === 'failed') return reading.failure;
  return Number(reading.body['Success'] ?? reading.body['success']) === 1
    ? { kind: 'accepted' }
    : unknownAnswer(reading.status);
}

/** https://developers.activecampaign.com/reference/bulk-import-contacts (2026-08): positions count from 0. */
function faultsIn({ body, status }: Declined, items: readonly Item[]): readonly (readonly [Item, Refused])[] {
  return objectsIn(body['failureReasons']).flatMap(({ contact, failureReason }) => {
    const item = typeof contact === 'number' ? items[contact] : undefined;
    const words = typeof failureReason === 'string' ? failureReason : '';
    const code = /e-?mail/i.test(words) ? 'email_invalid' : 'contact_refused';
    return item === undefined
      ? []
      : [[item, { kind: 'refused', code, status, vendorMessage: shortened(words) }] as const];
  });
}

function outcomeOf({ entry, written, warnings, lost }: Item, result: Outcome): Outcome {
  const rest = { slice: { request: entry }, ...told(warnings) };
  if (result.kind !== 'accepted') return { ...result, ...rest };
  return lost
    ? { kind: 'misconfigured', code: 'audience_missing', setting: 'audience', written, ...rest }
    : { ...result, written, ...rest };
}
