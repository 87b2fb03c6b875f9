import {
  foundOf,
  type DesiredContact,
  type FieldValue,
  type WrittenContact,
  type WrittenDelta,
  type WrittenField,
} from '@rekomi/provider-contract';

/**
 * What writes of which nobody heard the end may have put at the vendor, one entry per address. Noted before a write is
 * sent, so that it is known of even if whoever sent it is gone.
 */
export type Intention = readonly WrittenContact[];

/** No value is ever empty, so this one differs from any that could have been written. */
const UNKNOWN_VALUE = '';

/**
 * What a write of this contact may leave there. Of the fields only those in a namespace of ours (`rekomi_*` in the
 * manifest): whatever stands there is ours, while a field outside of it may be the merchant's.
 */
export function intendedWrite(desired: DesiredContact, writes: readonly WrittenField[]): WrittenContact {
  const { email, tags, audiences } = desired;
  const fields: Record<string, FieldValue> = {};
  for (const name of ownFields(desired, writes)) fields[name] = UNKNOWN_VALUE;
  return { email, fields, tags: union(tags), audiences: union(audiences) };
}

/** A field called like something of ours is written only when the contact has that; of others nobody knows. */
function ownFields(desired: DesiredContact, writes: readonly WrittenField[]): readonly string[] {
  return namespacesOf(writes).flatMap(({ prefix, names }) => [
    ...names.filter((name) => has(desired, name)).map((name) => `${prefix}${name}`),
    ...Object.keys(desired.attributes).map((name) => `${prefix}${name}`),
  ]);
}

interface Namespace {
  readonly prefix: string;
  /** What the manifest names in it, without the prefix. */
  readonly names: readonly string[];
}

/** A manifest's list is asked for with every contact. */
const NAMESPACES = new WeakMap<readonly WrittenField[], readonly Namespace[]>();

function namespacesOf(writes: readonly WrittenField[]): readonly Namespace[] {
  const known = NAMESPACES.get(writes);
  if (known !== undefined) return known;
  const fields = writes.map(({ vendorField }) => vendorField);
  const prefixes = fields.filter((field) => /.\*$/.test(field)).map((field) => field.slice(0, -1));
  const found = prefixes.map((prefix) => ({
    prefix,
    names: fields
      .filter((field) => field.startsWith(prefix) && !field.endsWith('*'))
      .map((field) => field.slice(prefix.length)),
  }));
  NAMESPACES.set(writes, found);
  return found;
}

function has({ tags, tier, status }: DesiredContact, name: string): boolean {
  if (name === 'tags') return tags.length > 0;
  if (name === 'tier') return tier !== undefined;
  return name !== 'status' || status !== undefined;
}

/** Whether both stand under one address. */
export function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** What stood there before us, as part of what was written or of what one call tells. */
export type Found = Pick<WrittenDelta, 'tagsFound' | 'audiencesFound'>;

function hasFinds({ tagsFound = [], audiencesFound = [] }: Found): boolean {
  return tagsFound.length + audiencesFound.length > 0;
}

/**
 * Both together; where both hold a field, the first one's value. What only the second may have put there is not ours where
 * either found it: an intention is noted before anybody looks.
 */
export function together(first: WrittenContact, second: WrittenContact): WrittenContact {
  const fields: Readonly<Record<string, FieldValue>> = { ...second.fields, ...first.fields };
  const foundTags = union(first.tagsFound, second.tagsFound);
  const foundAudiences = union(first.audiencesFound, second.audiencesFound);
  const tags = union(first.tags, without(second.tags, foundTags));
  const audiences = union(first.audiences, without(second.audiences, foundAudiences));
  return {
    ...withoutFound(first),
    fields,
    tags,
    audiences,
    ...foundOf(without(foundTags, tags), without(foundAudiences, audiences)),
  };
}

/** A write in which what was found is not counted as ours. */
export function except(write: WrittenContact, ...finds: readonly (Found | undefined)[]): WrittenContact {
  const nothing = { email: write.email, fields: {}, tags: [], audiences: [] };
  let left = write;
  for (const found of finds)
    if (found !== undefined && hasFinds(found))
      left = together({ ...nothing, ...foundOf(found.tagsFound, found.audiencesFound) }, left);
  return left;
}

/** What of a call's finds is not known to be ours. */
export function strange(found: Found, ...ours: readonly WrittenContact[]): Found {
  return ours.reduce<Found>(
    (left, { tags, audiences }) =>
      foundOf(without(left.tagsFound ?? [], tags), without(left.audiencesFound ?? [], audiences)),
    found,
  );
}

/** Only what is wished for is remembered as found: what nobody wishes for any more is looked at anew. */
export function stillWanted(written: WrittenContact, wanted: DesiredContact | undefined): WrittenContact {
  if (!hasFinds(written)) return written;
  const of = (found: readonly string[] = [], names: readonly string[] = []): readonly string[] =>
    found.filter((one) => names.includes(one));
  return {
    ...withoutFound(written),
    ...foundOf(of(written.tagsFound, wanted?.tags), of(written.audiencesFound, wanted?.audiences)),
  };
}

/** Fields, tags and memberships of ours alone. */
function withoutFound({ tagsFound: _, audiencesFound: __, ...written }: WrittenContact): WrittenContact {
  return written;
}

export function withWrite(intention: Intention, write: WrittenContact): Intention {
  const known = intention.find((one) => sameAddress(one.email, write.email));
  if (known === undefined) return [...intention, write];
  return intention.map((one) => (one === known ? together(known, write) : one));
}

/** Whether all that `write` may leave is known of already. */
export function covers(known: WrittenContact | undefined, write: WrittenContact): boolean {
  return (
    known !== undefined &&
    sameAddress(known.email, write.email) &&
    Object.keys(write.fields).every((name) => Object.hasOwn(known.fields, name)) &&
    areAmong(write.tags, known.tags, known.tagsFound) &&
    areAmong(write.audiences, known.audiences, known.audiencesFound)
  );
}

function areAmong(names: readonly string[], some: readonly string[], more: readonly string[] = []): boolean {
  return names.every((name) => some.includes(name) || more.includes(name));
}

function union(some: readonly string[] = [], more: readonly string[] = []): readonly string[] {
  const all = more.length === 0 ? some : [...some, ...more];
  return all.length < 2 ? all : [...new Set(all)].sort();
}

function without(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.filter((one) => !others.includes(one));
}
