import { CLEAR } from '@rekomi/provider-contract';
import type { ConnectionDefaults } from '@rekomi/sync';
import fc from 'fast-check';

import { mergeAttributes } from './merge-attributes.js';
import { type DesiredRow, mergeDesired } from './merge-desired.js';

const connection: ConnectionDefaults = {
  id: 'c',
  organizationId: 'o',
  defaultAudience: '1',
  defaultTags: ['VIP'],
};

const ROW: DesiredRow = {
  id: 'a',
  email: 'ann@example.com',
  full_name: null,
  first_name: null,
  last_name: null,
  joined_at: new Date('2024-01-31T12:30:15.678Z'),
  status: 'approved',
  invite_id: null,
  ever_invited: false,
  tier: null,
  enrolment_tags: [],
  destination_tags: [],
  audience_mode: 'inherit',
  audience: null,
  extra_attributes: {},
  ever_written: [],
  consent_basis: null,
  consent_at: null,
};

const contactOf = (rows: readonly DesiredRow[]) => {
  const desired = mergeDesired(connection, rows, (id) => `link to ${id}`);
  if (desired.kind !== 'present') throw new Error('Nobody is there.');
  return desired.contact;
};

describe('several enrolments on one connection', () => {
  it('without any approved one there is nobody', () => {
    expect(mergeDesired(connection, [], String)).toEqual({ kind: 'absent' });
  });

  it('lead to every audience that one of them names, and none of those that want none', () => {
    expect(contactOf([{ ...ROW, audience_mode: 'own', audience: '7' }, ROW]).audiences).toEqual(['1', '7']);
    expect(contactOf([{ ...ROW, audience_mode: 'none' }]).audiences).toEqual([]);
    expect(contactOf([{ ...ROW, audience_mode: 'none' }, ROW]).audiences).toEqual(['1']);
  });

  it('keep the attribute of the campaign that was applied for first', () => {
    const rows = [
      { ...ROW, extra_attributes: { programme: 'First', percent: 10 } },
      { ...ROW, extra_attributes: { Programme: 'Second', percent: 20, vip: true } },
    ];
    expect(contactOf(rows).attributes).toEqual({ programme: 'First', percent: 10, vip: true });
  });

  it('clear what was ever written and nobody wants any more', () => {
    const row = { ...ROW, extra_attributes: { percent: 0 }, ever_written: ['old', 'percent'] };
    expect(contactOf([row]).attributes).toEqual({ percent: 0, old: CLEAR });
  });
});

const tags = fc.array(fc.constantFrom('blog', 'Blog', 'video', 'VIP', 'sun'), { maxLength: 4 });
const name = fc.constantFrom('a', 'A', 'b', 'c', 'd');
const attributes = fc.dictionary(name, fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.boolean()), {
  maxKeys: 4,
});
const anyRow: fc.Arbitrary<DesiredRow> = fc
  .record({
    tier: fc.option(fc.constantFrom('bronze', 'silver', 'gold')),
    enrolment_tags: tags,
    destination_tags: tags,
    audience: fc.option(fc.constantFrom('1', '7', '8')),
    extra_attributes: attributes,
  })
  .map((drawn) => ({ ...ROW, ...drawn, audience_mode: drawn.audience === null ? 'inherit' : 'own' }));
const anyRows = fc.array(anyRow, { minLength: 1, maxLength: 5 });
const keys = (list: readonly string[]) => new Set(list.map((one) => one.toLowerCase()));

describe('whatever the enrolments are', () => {
  it('each one’s tags and audience are there, and no others', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const contact = contactOf(rows);
        const wanted = rows.flatMap((row) => [...row.enrolment_tags, ...row.destination_tags]);
        expect(keys(contact.tags)).toEqual(keys(['Rekomi affiliate', 'VIP', ...wanted]));
        expect(keys(contact.tags).size).toBe(contact.tags.length);
        expect(new Set(contact.audiences)).toEqual(new Set(rows.map((row) => row.audience ?? '1')));
      }),
    );
  });

  it('a further one takes nothing away, lowers no tier and changes no attribute', () => {
    const ladder = ['bronze', 'silver', 'gold'];
    fc.assert(
      fc.property(anyRows, anyRow, (rows, more) => {
        const [before, after] = [contactOf(rows), contactOf([...rows, more])];
        for (const tag of before.tags) expect(after.tags).toContain(tag);
        for (const audience of before.audiences) expect(after.audiences).toContain(audience);
        expect(after.attributes).toMatchObject(before.attributes);
        expect(ladder.indexOf(after.tier ?? '')).toBeGreaterThanOrEqual(ladder.indexOf(before.tier ?? ''));
      }),
    );
  });

  it('the order matters for nothing but the attributes and the spelling of tags', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const [one, other] = [contactOf(rows), contactOf(rows.toReversed())];
        expect(keys(other.tags)).toEqual(keys(one.tags));
        expect(other.audiences).toEqual(one.audiences);
        expect(other.tier).toBe(one.tier);
        expect(keys(Object.keys(other.attributes))).toEqual(keys(Object.keys(one.attributes)));
      }),
    );
  });

  it('every attribute has the first one’s value, and everything else ever written is cleared', () => {
    fc.assert(
      fc.property(fc.array(attributes, { maxLength: 4 }), fc.array(name), (wanted, everWritten) => {
        const merged = mergeAttributes(wanted, everWritten);
        const expected = new Map<string, unknown>();
        for (const one of wanted) {
          for (const key of Object.keys(one).sort()) {
            if (![...expected.keys()].some((known) => known.toLowerCase() === key.toLowerCase())) {
              expected.set(key, one[key]);
            }
          }
        }
        for (const key of everWritten) if (!expected.has(key)) expected.set(key, CLEAR);
        expect(merged).toEqual(Object.fromEntries(expected));
      }),
    );
  });
});
