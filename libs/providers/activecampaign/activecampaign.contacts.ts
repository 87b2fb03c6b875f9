import {
  audienceDifference,
  changedFields,
  idIn,
  isObject,
  objectsIn,
  pathSegment,
  Progress,
  sameAddress,
  tagDifference,
  unknownAnswer,
  type ContactChange,
  type ContactRemoval,
  type DesiredContact,
  type Difference,
  type JsonObject,
  type Outcome,
  type ProviderAccess,
  type Warning,
  type WrittenContact,
} from '@rekomi/provider-contract';
import { failureOf, type Declined } from './activecampaign.answers.js';
import { ask } from './activecampaign.calls.js';
import { customFields, findContact, listStatuses } from './activecampaign.directory.js';
import { isCustom, ownFields, valuesOf, type Values } from './activecampaign.mapping.js';
import { joinLists, keepOut, warnOfLists } from './activecampaign.lists.js';
import { changeTags, settleTags } from './activecampaign.tags.js';

/** What a contact still needs. */
export interface ContactPlan {
  readonly email: string;
  readonly moved: boolean;
  readonly values: Values;
  readonly tags: Difference;
  readonly lists: Difference;
  readonly warnings: readonly Warning[];
  /** Nothing has to be sent. */
  readonly idle: boolean;
}

export function planOf(change: ContactChange): ContactPlan {
  const { previous, rewrite } = change;
  const email = change.desired.email.trim();
  const moved = previous !== undefined && !sameAddress(previous.email, email);
  const { values, warnings } = valuesOf(change.desired);
  const changed = changedFields(values, previous?.fields, rewrite === true || moved);
  const tags = tagDifference(change);
  const lists = audienceDifference(change);
  const nothing = [Object.keys(changed), tags.add, tags.remove, lists.add].every(
    ({ length }) => length === 0,
  );
  const idle = previous !== undefined && !moved && rewrite !== true && nothing;
  return { email, moved, values: changed, tags, lists, warnings, idle };
}

export async function upsertContact(access: ProviderAccess, change: ContactChange): Promise<Outcome> {
  const plan = planOf(change);
  const progress = new Progress();
  progress.warn(...plan.warnings);
  warnOfLists(progress, plan.lists.remove);
  if (plan.idle) return progress.outcome();

  const { previous } = change;
  const closed =
    plan.moved && previous !== undefined ? await move(access, progress, previous, change.desired) : NONE;
  if (closed === undefined) return progress.outcome();
  // Tags that could not come along to the new address are attached there.
  const tags = closed.apart ? { add: change.desired.tags, remove: [] } : plan.tags;
  const contactId = await sync(access, progress, plan.email, plan.values);
  if (contactId === undefined) return progress.outcome();
  const lists = closed.apart ? change.desired.audiences : plan.lists.add;
  await joinLists(access, progress, contactId, lists, closed.lists);
  const ours = closed.apart ? [] : (previous?.tags ?? []);
  if (!progress.stopped) await settleTags(access, progress, contactId, tags, ours);
  return progress.outcome();
}

/** After an address moved: whether the contact is another one now, and which lists the person had left before. */
interface Move {
  readonly apart: boolean;
  readonly lists: ReadonlySet<string>;
}
const NONE: Move = { apart: false, lists: new Set() };

/**
 * Gives the contact a new address, which keeps its history, tags and lists. Where the new address belongs to another
 * contact already, our part is taken back at the old one, and lists that the person had left stay closed to that one, too.
 */
async function move(
  access: ProviderAccess,
  progress: Progress,
  previous: WrittenContact,
  desired: DesiredContact,
): Promise<Move | undefined> {
  const email = desired.email.trim();
  const old = await findContact(access, previous.email);
  if (old.kind !== 'found') return giveUp(progress, old);
  const id = idIn(old.value?.['id']);
  // Deleted there: the new address starts afresh.
  if (id === undefined) return { apart: true, lists: new Set() };
  const path = `/contacts/${pathSegment(id)}`;
  const reading = await ask(access, { method: 'PUT', path, json: { contact: { email } } });
  if (reading.kind === 'failed') return giveUp(progress, reading.failure);
  if (reading.kind === 'ok') {
    const { contact } = reading.body;
    if (isObject(contact) && sameAddress(String(contact['email']), email)) return NONE;
    return giveUp(progress, unknownAnswer(reading.status));
  }
  const statuses = await listStatuses(access, id);
  if (statuses.kind !== 'found') return giveUp(progress, statuses);
  const left = [...(statuses.value ?? [])].filter(([, status]) => status !== '1');
  const unsubscribed = left.flatMap(([list, status]) =>
    status === '2' && desired.audiences.includes(list) ? [list] : [],
  );
  await keepOut(access, progress, email, unsubscribed);
  if (!progress.stopped) await takeBack(access, progress, previous, id);
  if (progress.stopped) return undefined;
  return { apart: true, lists: new Set(left.map(([list]) => list)) };
}

function giveUp(progress: Progress, failure: Parameters<Progress['fail']>[0]): undefined {
  progress.fail(failure);
  return undefined;
}

/** Creates or updates by address; only what is sent changes. @returns the contact's id; undefined when it failed. */
async function sync(
  access: ProviderAccess,
  progress: Progress,
  email: string,
  values: Values,
  again = false,
): Promise<string | undefined> {
  const custom = await customIn(access, progress, values);
  if (custom === undefined) return undefined;
  const names = Object.fromEntries(Object.entries(values).filter(([name]) => !isCustom(name)));
  const fieldValues = [...custom].map(([name, field]) => ({ field, value: values[name] ?? '' }));
  const contact = { email, ...names, ...(fieldValues.length === 0 ? {} : { fieldValues }) };
  const reading = await ask(access, { method: 'POST', path: '/contact/sync', json: { contact } });
  if (reading.kind === 'declined' && !again) {
    const kept = withoutRejected(
      progress,
      reading,
      Object.fromEntries([
        ...Object.entries(names),
        ...[...custom.keys()].map((name) => [name, values[name] ?? null] as const),
      ]),
    );
    if (kept !== undefined) return sync(access, progress, email, kept, true);
  }
  if (reading.kind !== 'ok') return giveUp(progress, failureOf(reading));
  const came = reading.body['contact'];
  const id = isObject(came) && sameAddress(String(came['email']), email) ? idIn(came['id']) : undefined;
  if (id === undefined) return giveUp(progress, unknownAnswer(reading.status));
  const stored = storedOf(access, progress, reading.body, custom, values);
  progress.add({ email, vendorId: id, fields: { ...(names as Record<string, string>), ...stored } });
  return id;
}

/** Our titles → ids of custom fields. What the account has no field for is left out and told once. */
async function customIn(
  access: ProviderAccess,
  progress: Progress,
  values: Values,
): Promise<ReadonlyMap<string, string> | undefined> {
  const wanted = Object.keys(values).filter(isCustom);
  if (wanted.length === 0) return new Map();
  const fields = await customFields(access);
  if (fields.kind !== 'found') return giveUp(progress, fields);
  const ids = new Map<string, string>();
  for (const name of wanted) {
    const id = fields.value[name.toLowerCase()];
    if (id !== undefined) ids.set(name, id);
    else if (values[name] !== null) warnOfMissing(access, progress, name);
  }
  return ids;
}

function warnOfMissing(access: ProviderAccess, progress: Progress, name: string): void {
  const key = `missing:${name}`;
  if (access.memo.get(key) !== undefined) return;
  access.memo.set(key, 'told');
  const detail = `The account has no custom field called ${name}; the value was not written.`;
  progress.warn({ code: 'field_missing', field: name, detail });
}

/**
 * Which custom values the answer shows. Unknown fields are dropped without a word, and whether an empty text empties a field is
 * not confirmed, so either counts only as the answer tells it.
 */
function storedOf(
  access: ProviderAccess,
  progress: Progress,
  body: JsonObject,
  custom: ReadonlyMap<string, string>,
  values: Values,
): Values {
  if (!Array.isArray(body['fieldValues']))
    return Object.fromEntries([...custom.keys()].map((name) => [name, values[name] ?? null]));
  const shown = new Map(objectsIn(body['fieldValues']).map(({ field, value }) => [idIn(field), value]));
  const stored: Record<string, Values[string]> = {};
  for (const [name, id] of custom) {
    const value = values[name] ?? null;
    const there = shown.get(id) ?? '';
    if (value === null ? there === '' : there !== '') stored[name] = value;
    else if (value === null) {
      const detail = 'The vendor kept the value that was to be emptied.';
      progress.warn({ code: 'field_rejected', field: name, detail });
    } else {
      access.memo.forget('fields');
      warnOfMissing(access, progress, name);
    }
  }
  return stored;
}

/** What is left without the fields that the vendor pointed at, or without custom ones where it only said no. */
function withoutRejected(progress: Progress, declined: Declined, sent: Values): Values | undefined {
  const { pointers, message } = declined;
  if (pointers.some((pointer) => /email/i.test(pointer))) return undefined;
  const named = Object.keys(sent).filter((name) => pointers.some((pointer) => pointer.endsWith(`/${name}`)));
  const gone = named.length > 0 ? named : Object.keys(sent).filter(isCustom);
  if (gone.length === 0) return undefined;
  for (const name of gone) {
    const detail = message === '' ? 'The vendor did not take the contact with this field.' : message;
    progress.warn({ code: 'field_rejected', field: name, detail });
  }
  return Object.fromEntries(Object.entries(sent).filter(([name]) => !gone.includes(name)));
}

export async function removeContact(access: ProviderAccess, { previous }: ContactRemoval): Promise<Outcome> {
  const progress = new Progress();
  const contact = await findContact(access, previous.email);
  if (contact.kind !== 'found') return contact;
  const id = idIn(contact.value?.['id']);
  if (id === undefined) return { kind: 'unchanged' };
  await takeBack(access, progress, previous, id);
  if (!progress.stopped) warnOfLists(progress, previous.audiences);
  return progress.outcome();
}

/** Takes our tags away and empties our custom fields. Never creates anybody. */
async function takeBack(
  access: ProviderAccess,
  progress: Progress,
  previous: WrittenContact,
  contactId: string,
): Promise<void> {
  await changeTags(access, progress, contactId, { add: [], remove: previous.tags });
  const own = ownFields(previous);
  const custom = progress.stopped ? undefined : await customIn(access, progress, own);
  if (custom === undefined || custom.size === 0) return;
  const fieldValues = [...custom.values()].map((field) => ({ field, value: '' }));
  const reading = await ask(access, {
    method: 'PUT',
    path: `/contacts/${pathSegment(contactId)}`,
    json: { contact: { fieldValues } },
  });
  if (reading.kind === 'failed') return progress.fail(reading.failure);
  if (reading.kind === 'ok') {
    if (isObject(reading.body['contact']))
      progress.add({ fields: storedOf(access, progress, reading.body, custom, own) });
    else progress.fail(unknownAnswer(reading.status));
  } else if (reading.status !== 404) {
    const detail = `Our custom fields could not be emptied: ${[...custom.keys()].join(', ')}.`;
    progress.warn({ code: 'left_in_place', detail });
  }
}
