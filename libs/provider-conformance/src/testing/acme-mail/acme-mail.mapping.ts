import type { ContactChange, ContactEvent, FieldValue } from '@rekomi/provider-contract';

/** What Acme Mail has to hold of a contact, by its own names; nothing empty, nothing that we do not know. */
export function fieldsOf({ desired }: ContactChange): Readonly<Record<string, FieldValue>> {
  const { firstName, lastName, status, tier, attributes } = desired;
  const known = {
    first_name: firstName,
    last_name: lastName,
    rekomi_status: status,
    rekomi_tier: tier,
  };
  const own = Object.entries(attributes).map(([name, value]) => [`rekomi_${name}`, value] as const);
  const fields: Record<string, FieldValue> = {};
  for (const [name, value] of [...Object.entries(known), ...own]) {
    if (value !== undefined && typeof value !== 'object') fields[name] = value;
  }
  return fields;
}

/** Only the fields that differ from what we wrote last, all of them when everything is written once more. */
export function fieldsToSend(change: ContactChange): Readonly<Record<string, FieldValue>> {
  const wanted = fieldsOf(change);
  if (change.rewrite === true || change.previous === undefined) return wanted;
  const { fields } = change.previous;
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => fields[name] !== value));
}

export function eventBody({ name, dedupeId, occurredAt, data }: ContactEvent): object {
  return { id: dedupeId, name, occurred_at: occurredAt, properties: data };
}
