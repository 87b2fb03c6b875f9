import type { ContactChange, FieldValue, Warning } from '@rekomi/provider-contract';

export type Fields = Readonly<Record<string, FieldValue | null>>;

const LONGEST = 1000;

/** Our contact in the vendor's fields: only what differs from what we wrote. */
export function fieldsOf({ desired, previous, rewrite }: ContactChange): {
  readonly fields: Fields;
  readonly warnings: readonly Warning[];
} {
  const warnings: Warning[] = [];
  const target: Record<string, FieldValue | null> = {};
  const own = { status: desired.status, tier: desired.tier, ...desired.attributes };
  const wanted = {
    first_name: desired.firstName,
    last_name: desired.lastName,
    ...Object.fromEntries(Object.entries(own).map(([name, value]) => [`rekomi_${name}`, value])),
  };
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined || value === '') continue;
    if (typeof value === 'object') target[name] = null;
    else if (
      typeof value === 'number'
        ? !Number.isFinite(value)
        : typeof value === 'string' && value.length > LONGEST
    ) {
      warnings.push({ code: 'field_rejected', field: name, detail: 'The vendor does not store this value.' });
    } else target[name] = value;
  }
  const known = previous?.fields ?? {};
  const fields = Object.fromEntries(
    Object.entries(target).filter(([name, value]) =>
      value === null ? Object.hasOwn(known, name) : rewrite === true || known[name] !== value,
    ),
  );
  return { fields, warnings };
}
