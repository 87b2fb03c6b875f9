import type { DesiredContact, FieldValue, WrittenContact, WrittenField } from '@rekomi/provider-contract';

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
  const fields = ownFields(desired, writes).map((name) => [name, UNKNOWN_VALUE]);
  return { email, fields: Object.fromEntries(fields) as WrittenContact['fields'], tags, audiences };
}

/** A field called like something of ours is written only when the contact has that; of others nobody knows. */
function ownFields(desired: DesiredContact, writes: readonly WrittenField[]): readonly string[] {
  const names = writes.map(({ vendorField }) => vendorField);
  const namespaces = names.filter((name) => /.\*$/.test(name)).map((name) => name.slice(0, -1));
  return namespaces.flatMap((namespace) => [
    ...names.filter(
      (name) =>
        name.startsWith(namespace) && !name.endsWith('*') && has(desired, name.slice(namespace.length)),
    ),
    ...Object.keys(desired.attributes).map((name) => `${namespace}${name}`),
  ]);
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

/** Both together; where both hold a field, the first one's value. */
export function together(first: WrittenContact, second: WrittenContact): WrittenContact {
  const fields: Readonly<Record<string, FieldValue>> = { ...second.fields, ...first.fields };
  return {
    ...first,
    fields,
    tags: union(first.tags, second.tags),
    audiences: union(first.audiences, second.audiences),
  };
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
    write.tags.every((tag) => known.tags.includes(tag)) &&
    write.audiences.every((id) => known.audiences.includes(id))
  );
}

function union(some: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...some, ...more])].sort();
}
