import type { DesiredContact } from '@rekomi/provider-contract';
import fc from 'fast-check';

import { desiredFingerprint } from './fingerprint.js';

const contact: DesiredContact = {
  email: 'ada@example.com',
  firstName: 'Ada',
  tags: ['gold', 'vip'],
  audiences: ['7'],
  attributes: { rank: 3, city: 'London' },
};

describe('the fingerprint of what was refused', () => {
  it('does not depend on the order of keys or on keys without a value', () => {
    const turned = Object.fromEntries(Object.entries(contact).reverse()) as unknown as DesiredContact;
    expect(desiredFingerprint(turned, 1)).toBe(desiredFingerprint(contact, 1));
    const hollow = { ...contact, lastName: undefined } as unknown as DesiredContact;
    expect(desiredFingerprint(hollow, 1)).toBe(desiredFingerprint(contact, 1));
  });

  it.each<[string, Partial<DesiredContact>]>([
    ['address', { email: 'ada@example.org' }],
    ['name', { firstName: 'Adah' }],
    ['tags', { tags: ['gold'] }],
    ['tags joined into one', { tags: ['gold,vip'] }],
    ['audiences', { audiences: ['8'] }],
    ['kind of a value', { attributes: { rank: '3', city: 'London' } }],
    ['wish to empty a field', { attributes: { rank: 3, city: { clear: true } } }],
  ])('changes with the %s', (_what, change) => {
    expect(desiredFingerprint({ ...contact, ...change }, 1)).not.toBe(desiredFingerprint(contact, 1));
  });

  it('changes with the configuration, because another mapping may be taken', () => {
    expect(desiredFingerprint(contact, 2)).not.toBe(desiredFingerprint(contact, 1));
  });

  it('tells different attributes apart', () => {
    const attributes = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double(), fc.boolean()), {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(attributes, attributes, (one, other) => {
        const same =
          desiredFingerprint({ ...contact, attributes: one }, 1) ===
          desiredFingerprint({ ...contact, attributes: other }, 1);
        expect(same).toBe(sorted(one) === sorted(other));
      }),
    );
  });
});

function sorted(record: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
