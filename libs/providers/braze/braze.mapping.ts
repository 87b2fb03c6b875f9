import {
  audienceDifference,
  tagDifference,
  type Clear,
  type ContactChange,
  type Difference,
  type FieldValue,
  type Refused,
  type Warning,
  type WrittenContact,
  type WrittenDelta,
} from '@rekomi/provider-contract';
import { brazeManifest, LONGEST_TEXT } from './braze.manifest.js';

export const TAGS = 'rekomi_tags';
const PREFIX = 'rekomi_';

/** Attributes as they are sent; null takes one of ours away. */
export type Fields = Readonly<Record<string, FieldValue | null>>;

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
  const { desired, rewrite = false, previous: written, ...rest } = change;
  const wanted = desired.email.trim();
  if (wanted === '' || /\p{Surrogate}/u.test(wanted)) {
    return { kind: 'refused', code: 'email_invalid', field: 'email' };
  }
  const moved = written !== undefined && written.email.trim().toLowerCase() !== wanted.toLowerCase();
  const previous = moved ? undefined : written;
  const warnings: Warning[] = [];
  const target = wantedFields(desired, warnings);
  const tagNames = desired.tags.filter((tag) => fits(tag, TAGS, warnings));
  const known = previous?.fields ?? {};
  const fields = Object.fromEntries(
    Object.entries(target).filter(([name, value]) =>
      value === null ? Object.hasOwn(known, name) : rewrite || known[name] !== value,
    ),
  );
  const since = {
    ...rest,
    rewrite,
    desired: { ...desired, tags: tagNames },
    ...(previous === undefined ? {} : { previous }),
  };
  const tags = tagDifference(since);
  const idle = tags.add.length + tags.remove.length + Object.keys(fields).length === 0;
  return {
    kind: 'plan',
    email: previous?.email ?? wanted,
    write: previous === undefined || rewrite || !idle,
    fields,
    tags,
    groups: audienceDifference(since),
    ...(moved ? { moveFrom: written } : {}),
    warnings,
  };
}

/** Whether the vendor's copy already is what it should be. */
export function isIdle({ write, groups }: UserPlan): boolean {
  return !write && groups.add.length + groups.remove.length === 0;
}

function wantedFields(
  desired: ContactChange['desired'],
  warnings: Warning[],
): Record<string, FieldValue | null> {
  const target: Record<string, FieldValue | null> = {};
  const assign = (field: string, value: FieldValue | Clear | undefined): void => {
    if (value === undefined) return;
    const sent = typeof value === 'object' ? null : typeof value === 'string' ? value.trim() : value;
    if (sent !== '' && fits(sent, field, warnings)) target[field] = sent;
  };
  assign('first_name', desired.firstName);
  assign('last_name', desired.lastName);
  assign(`${PREFIX}status`, desired.status);
  assign(`${PREFIX}tier`, desired.tier);
  for (const [name, value] of Object.entries(desired.attributes)) {
    if ((brazeManifest.reservedAttributes as readonly string[]).includes(name.trim().toLowerCase())) {
      const detail = `The name "${name}" is reserved and was not written.`;
      warnings.push({ code: 'attribute_reserved', field: name, detail });
    } else assign(`${PREFIX}${name}`, value);
  }
  return target;
}

function fits(value: FieldValue | null, field: string, warnings: Warning[]): boolean {
  const tooLong = [field, value].some((text) => typeof text === 'string' && [...text].length > LONGEST_TEXT);
  if (!tooLong && (typeof value !== 'number' || Number.isFinite(value))) return true;
  const detail = tooLong
    ? `Braze takes at most ${LONGEST_TEXT} characters in a name and in a value. It was not written.`
    : 'It is no finite number and was not written.';
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
  const names = Object.keys(previous.fields).filter(
    (name) => name.startsWith(PREFIX) && name !== TAGS && [...name].length <= LONGEST_TEXT,
  );
  return Object.fromEntries(names.map((name) => [name, null]));
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
