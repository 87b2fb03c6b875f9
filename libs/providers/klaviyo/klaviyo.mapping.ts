import {
  audienceDifference,
  changedFields,
  emptied,
  isSendable,
  objectsIn,
  refused,
  sinceMove,
  tagDifference,
  wantedFields,
  within,
  type ContactChange,
  type DesiredContact,
  type Difference,
  type FieldNames,
  type FieldValue,
  type JsonObject,
  type Refused,
  type WantedFields,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { klaviyoManifest, PROFILE_BYTES } from './klaviyo.manifest.js';

export const TAGS = 'rekomi_tags';
const PREFIX = 'rekomi_';
const NAMES: FieldNames = {
  firstName: 'first_name',
  lastName: 'last_name',
  prefix: PREFIX,
  reserved: klaviyoManifest.reservedAttributes,
};
const STANDARD: ReadonlySet<string> = new Set(['first_name', 'last_name']);

/** Fields as they are sent, standard and custom ones by name; null takes one of ours away. */
export type Fields = WantedFields;

/** What has to be sent so that the profile becomes the desired one. */
export interface ProfilePlan {
  readonly kind: 'plan';
  readonly email: string;
  readonly write: boolean;
  readonly fields: Fields;
  readonly tags: Difference;
  readonly lists: Difference;
  /** Lists that are ours already, as far as we know. */
  readonly joined: readonly string[];
  /** What stands under another address and has to be taken back there first. */
  readonly moveFrom?: WrittenContact;
  readonly warnings: readonly Warning[];
}

export function planProfile(change: ContactChange): ProfilePlan | Refused {
  if (!isSendable(change.desired.email)) return refused('email_invalid', {}, 'email');
  const { email, change: now, moveFrom } = sinceMove(change);
  const { previous, rewrite = false } = now;
  const { fields: target, warnings } = fittingFields(change.desired);
  const fields = changedFields(target, previous?.fields, rewrite);
  const tags = tagDifference(now);
  const wordless = tags.add.length + tags.remove.length + Object.keys(fields).length === 0;
  return {
    kind: 'plan',
    email,
    write: previous === undefined || rewrite || !wordless,
    fields,
    tags,
    lists: audienceDifference(now),
    joined: previous?.audiences ?? [],
    ...(moveFrom === undefined ? {} : { moveFrom }),
    warnings,
  };
}

/** Whether the vendor's copy already is what it should be. */
export function isIdle({ write, lists }: ProfilePlan): boolean {
  return !write && lists.add.length + lists.remove.length === 0;
}

/** One profile holds 100 KB; what makes it too large is left out, the largest first. */
function fittingFields(desired: DesiredContact): {
  readonly fields: Fields;
  readonly warnings: readonly Warning[];
} {
  const { fields, warnings } = wantedFields(desired, NAMES);
  const fitting: Record<string, FieldValue | null> = { ...fields };
  const dropped: Warning[] = [];
  while (sizeOf(fitting) > PROFILE_BYTES) {
    const [field] = Object.entries(fitting).reduce((one, two) => (sizeOf(two) > sizeOf(one) ? two : one));
    delete fitting[field];
    const detail = 'A profile holds 100 KB in all, and this value does not fit. It was not written.';
    dropped.push({ code: 'field_rejected', field, detail });
  }
  return { fields: fitting, warnings: [...warnings, ...dropped] };
}

/** A profile as the upsert and the import job take it. null clears a property of ours, and nothing else is ever null. */
export function profileBody(email: string, fields: Fields, tags: Partial<Difference>): object {
  const entries = Object.entries(fields);
  const custom = entries.filter(([name]) => !STANDARD.has(name));
  const { add = [], remove = [] } = tags;
  const patches = {
    ...(add.length === 0 ? {} : { append: { [TAGS]: add } }),
    ...(remove.length === 0 ? {} : { unappend: { [TAGS]: remove } }),
  };
  return {
    type: 'profile',
    attributes: {
      email,
      ...Object.fromEntries(entries.filter(([name]) => STANDARD.has(name))),
      ...(custom.length === 0 ? {} : { properties: Object.fromEntries(custom) }),
    },
    ...(Object.keys(patches).length === 0 ? {} : { meta: { patch_properties: patches } }),
  };
}

/** Everything of ours in a profile's fields, to be taken away. */
export function ownFields(previous: WrittenContact): Fields {
  const { [TAGS]: _, ...fields } = emptied(previous, PREFIX);
  return fields;
}

/** A profile that loses what is ours: its properties altogether, its tags one by one. */
export function strippedBody(id: string, previous: WrittenContact): object {
  const unset = Object.keys(ownFields(previous));
  const patches = {
    ...(previous.tags.length === 0 ? {} : { unappend: { [TAGS]: previous.tags } }),
    ...(unset.length === 0 ? {} : { unset }),
  };
  return { type: 'profile', id, attributes: {}, meta: { patch_properties: patches } };
}

/** What the ledger learns once the profile is written. Names at an address that was left stay there, ours no more. */
export function writtenProfile(
  { email, tags, moveFrom }: ProfilePlan,
  fields: Fields,
  added: readonly string[],
  id?: string,
): WrittenDelta {
  const left = Object.keys(moveFrom?.fields ?? {}).filter((name) => !name.startsWith(PREFIX));
  return {
    email,
    ...(id === undefined ? {} : { vendorId: id }),
    fields: { ...Object.fromEntries(left.map((name) => [name, null])), ...fields },
    ...(added.length === 0 ? {} : { tagsAdded: added }),
    ...(tags.remove.length === 0 ? {} : { tagsRemoved: tags.remove }),
  };
}

/** What the vendor says about a person and e-mail marketing. */
export interface Marketing {
  /** Undefined when the vendor did not say: never "not subscribed yet". */
  readonly consent?: string;
  readonly suppressions: readonly string[];
  /** Ids of the lists that the person left. */
  readonly leftLists: readonly string[];
}

export function marketingOf(profile: JsonObject): Marketing {
  const marketing = within(profile, 'attributes', 'subscriptions', 'email', 'marketing');
  const { consent, suppression, list_suppressions } = marketing;
  return {
    ...(typeof consent === 'string' ? { consent } : {}),
    suppressions: objectsIn(suppression).map(({ reason }) => String(reason)),
    leftLists: objectsIn(list_suppressions).map(({ list_id }) => String(list_id)),
  };
}

/** What a person, or the merchant, decided; a bounce belongs to the address. */
const DECISIONS = /^(UNSUBSCRIBE|SPAM_COMPLAINT|SPAM_REPORT|USER_SUPPRESSED)$/;

/** Whether somebody opted out of e-mail altogether. */
export function hasOptedOut({ consent, suppressions }: Marketing): boolean {
  return consent === 'UNSUBSCRIBED' || suppressions.some((reason) => DECISIONS.test(reason));
}

export type Joining = 'subscribe' | 'add' | 'add_opted_out' | 'add_unknown' | 'skip';

/**
 * How a person joins a list. Only the subscription job subscribes, and it lifts unsubscribes and suppressions too, so
 * it is for people who never decided; adding to the list leaves consent as it is.
 */
export function joiningOf(
  { consent, suppressions, leftLists }: Marketing,
  list: string,
  settings: Readonly<Record<string, unknown>>,
): Joining {
  const free = suppressions.length === 0 && !leftLists.includes(list);
  if (free && consent === 'SUBSCRIBED') return 'add';
  if (free && consent === 'NEVER_SUBSCRIBED') return settings.subscribe === 'never' ? 'add' : 'subscribe';
  if (settings.optedOut === 'skip') return 'skip';
  if (consent === undefined) return 'add_unknown';
  return settings.optedOut === 'resubscribe' ? 'subscribe' : 'add_opted_out';
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}
