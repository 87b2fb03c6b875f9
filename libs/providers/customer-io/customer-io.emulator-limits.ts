/**
 * The vendor's published sizes (docs.customer.io/integrations/api/track and /journeys/attributes, August 2026).
 * Lengths are bytes of UTF-8. Where the pages say KB, the smaller reading holds: what passes here passes there.
 */
export const LIMITS = {
  identifierBytes: 150,
  attributeNameBytes: 150,
  attributeValueBytes: 1000,
  attributes: 300,
  eventNameBytes: 100,
  eventDataBytes: 100_000,
  entityBytes: 32_000,
  batchBytes: 500_000,
  segmentIds: 1000,
  membershipPage: 1000,
  membershipPageMaximum: 30_000,
} as const;

/** Most strings are far below their limit, and no character of UTF-16 needs more than three bytes of UTF-8. */
export function longerThan(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && Buffer.byteLength(text, 'utf8') > bytes;
}

/** Every value is kept and read back as text. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

export interface AttributeFault {
  readonly problem: 'too_many' | 'name' | 'value';
  readonly name: string;
}

export function attributeFaults(attributes: Readonly<Record<string, unknown>>): readonly AttributeFault[] {
  const names = Object.keys(attributes);
  const faults: AttributeFault[] = [];
  if (names.length > LIMITS.attributes) faults.push({ problem: 'too_many', name: '' });
  for (const name of names) {
    if (longerThan(name, LIMITS.attributeNameBytes)) faults.push({ problem: 'name', name });
    const value = attributes[name];
    if (value !== null && longerThan(asText(value), LIMITS.attributeValueBytes)) {
      faults.push({ problem: 'value', name });
    }
  }
  return faults;
}

/** The event id by which repeats are dropped has to be a ULID; what other ids do is not documented. */
export function isUlid(id: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(id);
}
