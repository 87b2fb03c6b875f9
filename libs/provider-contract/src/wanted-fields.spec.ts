import { sinceMove } from './addresses.js';
import { CLEAR, type DesiredContact } from './contact.js';
import { changedFields, emptied, wantedFields } from './wanted-fields.js';

const NAMES = { firstName: 'FNAME', lastName: 'LNAME', prefix: 'rekomi_', reserved: ['status', 'tier'] };
const desired: DesiredContact = {
  email: 'Zoe@Example.com',
  firstName: ' Zoë ',
  status: 'approved',
  tags: [],
  audiences: [],
  attributes: { city: CLEAR, points: 3, ratio: Number.NaN, ' Tier': 'gold', note: '  ' },
};

describe('a contact’s fields by the vendor’s names', () => {
  it('are what we know, trimmed; blank and unknown ones are absent, cleared ones null', () => {
    expect(wantedFields(desired, NAMES).fields).toEqual({
      FNAME: 'Zoë',
      rekomi_status: 'approved',
      rekomi_city: null,
      rekomi_points: 3,
    });
  });

  it('come with a warning for each that could not be written', () => {
    expect(wantedFields(desired, NAMES).warnings).toMatchObject([
      { code: 'field_rejected', field: 'rekomi_ratio' },
      { code: 'attribute_reserved', field: ' Tier' },
    ]);
  });

  it('are sent when they differ, and emptied only where we wrote them', () => {
    const wanted = { FNAME: 'Zoë', rekomi_city: null, rekomi_note: null };
    const before = { FNAME: 'Zoë', rekomi_city: 'Delft' };
    expect(changedFields(wanted, before)).toEqual({ rekomi_city: null });
    expect(changedFields(wanted, before, true)).toEqual({ FNAME: 'Zoë', rekomi_city: null });
  });

  it('are the merchant’s where they are names, and stay when ours are taken back', () => {
    const written = {
      email: 'z@b.example',
      fields: { FNAME: 'Zoë', rekomi_city: 'Delft' },
      tags: [],
      audiences: [],
    };
    expect(emptied(written, 'rekomi_')).toEqual({ rekomi_city: null });
  });
});

describe('a change of address', () => {
  const previous = { email: 'zoe@example.com', fields: {}, tags: ['a'], audiences: [] };

  it('is none when only the letter case differs, and the case that was written stays', () => {
    expect(sinceMove({ contactId: '1', desired, previous })).toMatchObject({
      email: 'zoe@example.com',
      change: { previous },
    });
  });

  it('leaves what was written where it is', () => {
    const moved = { ...previous, email: 'old@example.com' };
    const move = sinceMove({ contactId: '1', desired, previous: moved });
    expect(move).toMatchObject({ email: 'Zoe@Example.com', moveFrom: moved });
    expect(move.change).not.toHaveProperty('previous');
  });
});
