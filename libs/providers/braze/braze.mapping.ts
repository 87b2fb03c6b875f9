import {
  audienceDifference,
  changedFields,
  emptied,
  isSendable,
  refused,
  sinceMove,
  tagDifference,
  wantedFields,
  type ContactChange,
  type Difference,
  type FieldNames,
  type FieldValue,
  type Refused,
  type WantedFields,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { brazeManifest, LONGEST_TEXT } from './braze.manifest.js';

export const TAGS = 'rekomi_tags';
const PREFIX = 'rekomi_';
const NAMES: FieldNames = {
  firstName: 'first_name',
  lastName: 'last_name',
  prefix: PREFIX,
  reserved: brazeManifest.reservedAttributes,
};

/** Attributes as they are sent; null takes one of ours away. */
export type Fields = WantedFields;

/** What has to be sent so that the user becomes the desired one. Braze bills what is sent, so nothing is sent twice. */
export interface UserPlan {
  readonly kind: 'plan';
  readonly email: string;
  readonly write: boolean;
  readonly fields: Fields;
  readonly tags: Difference;
  readonly groups: Difference;
  /** What stands under another address and has to be taken back there first. */
  readonly moveFrom?: WrittenContact;
  readonly warnings: readonly Warning[];
}

/** What somebody opted out of. */
export interface OptOuts {
  /** Of e-mail altogether. */
  readonly all: boolean;
  readonly groups: readonly string[];
}

export function planUser(change: ContactChange): UserPlan | Refused {
  const { desired } = change;
  if (!isSendable(desired.email)) return refused('email_invalid', {}, 'email');
  const { email, change: since, moveFrom } = sinceMove(change);
  const { previous, rewrite = false } = since;
  const { fields: target, warnings: told } = wantedFields(desired, NAMES);
  const warnings = [...told];
  const fitting = Object.entries(target).filter(([field, value]) => fits(value, field, warnings));
  const tagNames = desired.tags.filter((tag) => fits(tag, TAGS, warnings));
  const fields = changedFields(Object.fromEntries(fitting), previous?.fields, rewrite);
  const now = { ...since, desired: { ...desired, tags: tagNames } };
  const tags = tagDifference(now);
  const idle = tags.add.length + tags.remove.length + Object.keys(fields).length === 0;
  return {
    kind: 'plan',
    email,
    write: previous === undefined || rewrite || !idle,
    fields,
    tags,
    groups: audienceDifference(now),
    ...(moveFrom === undefined ? {} : { moveFrom }),
    warnings,
  };
}

/** Whether the vendor's copy already is what it should be. */
export function isIdle({ write, groups }: UserPlan): boolean {
  return !write && groups.add.length + groups.remove.length === 0;
}

function fits(value: FieldValue | null, field: string, warnings: Warning[]): boolean {
  const tooLong = [field, value].some((text) => typeof text === 'string' && [...text].length > LONGEST_TEXT);
  if (!tooLong) return true;
  const detail = `Braze takes at most ${LONGEST_TEXT} characters in a name and in a value. It was not written.`;
  warnings.push({ code: 'field_rejected', field, detail });
  return false;
}

/**
 * The user as objects of one request: the first brings everything, and creates; a second one takes tags away, because
 * adding and removing in one array update is not documented.
 */
export function userObjects(
  { email, tags }: UserPlan,
  fields: Fields,
  newGroups: readonly string[],
  optOuts: OptOuts,
): readonly object[] {
  const stateOf = (state: 'subscribed' | 'unsubscribed') => (id: string) => ({
    ...{ subscription_group_id: id, subscription_state: state },
  });
  const groups = [...newGroups.map(stateOf('subscribed')), ...optOuts.groups.map(stateOf('unsubscribed'))];
  const add = tags.add.length === 0 ? {} : { [TAGS]: { add: tags.add } };
  const remove = { [TAGS]: { remove: tags.remove } };
  const first = {
    email,
    _update_existing_only: false,
    ...fields,
    ...(optOuts.all ? { email_subscribe: 'unsubscribed' } : {}),
    ...(groups.length === 0 ? {} : { subscription_groups: groups }),
  };
  if (tags.remove.length === 0) return [{ ...first, ...add }];
  if (tags.add.length === 0) return [{ ...first, ...remove }];
  return [
    { ...first, ...add },
    { email, _update_existing_only: true, ...remove },
  ];
}

/** The user without what is ours. Never creates one. */
export function strippedObject(previous: WrittenContact): object {
  return {
    email: previous.email,
    _update_existing_only: true,
    ...ownFields(previous),
    ...(previous.tags.length === 0 ? {} : { [TAGS]: { remove: previous.tags } }),
  };
}

/** Everything of ours in a user's attributes, to be taken away. */
export function ownFields(previous: WrittenContact): Fields {
  return Object.fromEntries(
    Object.entries(emptied(previous, PREFIX)).filter(
      ([name]) => name !== TAGS && [...name].length <= LONGEST_TEXT,
    ),
  );
}

/** What the ledger learns once the user is written. Names at an address that was left stay there, ours no more. */
export function writtenUser({ email, tags, moveFrom }: UserPlan, fields: Fields): WrittenDelta {
  const left = Object.keys(moveFrom?.fields ?? {}).filter((name) => !name.startsWith(PREFIX));
  return {
    email,
    fields: { ...Object.fromEntries(left.map((name) => [name, null])), ...fields },
    ...(tags.add.length === 0 ? {} : { tagsAdded: tags.add }),
    ...(tags.remove.length === 0 ? {} : { tagsRemoved: tags.remove }),
  };
}

/** The groups that the connection names: an identifier, then a name, groups apart by semicolons or lines. */
export function groupsIn(text: string): readonly { readonly id: string; readonly name: string }[] {
  const groups = text.split(/[;\n]/).flatMap((entry) => {
    const [, id, name = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(entry) ?? [];
    return id === undefined ? [] : [{ id, name: name === '' ? id : name }];
  });
  return [...new Map(groups.map((group) => [group.id, group])).values()];
}
