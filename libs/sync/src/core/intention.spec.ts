import { covers, intendedWrite } from './intention.js';

const WRITES = ['email', 'first_name', 'rekomi_tags', 'rekomi_status', 'rekomi_tier', 'rekomi_*'].map(
  (vendorField) => ({ vendorField, from: 'x' }),
);
const contact = { email: 'ada@example.com', tags: [], audiences: ['7'], attributes: {} };
const fieldsOf = (desired: Parameters<typeof intendedWrite>[0]): string[] =>
  Object.keys(intendedWrite(desired, WRITES).fields);

describe('what a write may leave behind', () => {
  it('is every field of ours that the contact has something for', () => {
    expect(fieldsOf(contact)).toEqual([]);
    expect(
      fieldsOf({ ...contact, tags: ['gold'], status: 'approved', tier: 'a', attributes: { rank: 1 } }),
    ).toEqual(['rekomi_tags', 'rekomi_status', 'rekomi_tier', 'rekomi_rank']);
  });

  it('is no field outside of a namespace of ours, and none at all where the vendor has no such thing', () => {
    expect(fieldsOf({ ...contact, firstName: 'Ada' })).toEqual([]);
    const write = intendedWrite({ ...contact, tags: ['gold'] }, [{ vendorField: '*', from: 'x' }]);
    expect(write).toEqual({ email: 'ada@example.com', fields: {}, tags: ['gold'], audiences: ['7'] });
  });

  it('is known already when the ledger holds all of it under the same address', () => {
    const write = intendedWrite({ ...contact, tags: ['gold'] }, WRITES);
    const known = {
      email: 'Ada@example.com',
      fields: { rekomi_tags: 'gold' },
      tags: ['gold'],
      audiences: ['7'],
    };
    expect(covers(known, write)).toBe(true);
    expect(covers({ ...known, email: 'ada@work.example.com' }, write)).toBe(false);
    expect(covers({ ...known, tags: [] }, write)).toBe(false);
    expect(covers({ ...known, audiences: [] }, write)).toBe(false);
    expect(covers({ ...known, fields: {} }, write)).toBe(false);
    expect(covers(undefined, write)).toBe(false);
  });
});
