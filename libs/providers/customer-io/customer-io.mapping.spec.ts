import fc from 'fast-check';
import { CLEAR } from '@rekomi/provider-contract';
import {
  ownAttributes,
  planContact,
  tagList,
  type ContactPlan,
  type MappingOptions,
} from './customer-io.mapping.js';
import { change, written } from './testing/access.js';

const SECONDS = 1712345545;
const CREATED = '2024-04-05T19:32:25.900Z';

function plan(wish: Parameters<typeof planContact>[0], options: Partial<MappingOptions> = {}): ContactPlan {
  const planned = planContact(wish, { createdAt: 'missing_only', canLook: false, ...options });
  if (planned.kind !== 'plan') throw new Error(planned.code);
  return planned;
}

function seen(fields: Record<string, string>, audiences?: string[]) {
  return {
    email: 'JANE@example.com',
    fields,
    consent: 'subscribed' as const,
    seenAt: '2026-09-03T09:59:00Z',
    ...(audiences === undefined ? {} : { audiences }),
  };
}

describe('What is written', () => {
  it('is exactly the promised fields, with the prefix on ours', () => {
    const { attributes } = plan(
      change({
        firstName: 'Jane',
        lastName: 'Doe',
        fullName: 'Jane Doe',
        createdAt: CREATED,
        status: 'approved',
        tier: 'Gold',
        tags: ['partner-2026', 'gold'],
        attributes: { orders: 3, vip: true, rate: 12.5 },
      }),
    );
    expect(attributes).toEqual({
      first_name: 'Jane',
      last_name: 'Doe',
      created_at: SECONDS,
      rekomi_status: 'approved',
      rekomi_tier: 'Gold',
      rekomi_tags: 'gold,partner-2026',
      rekomi_orders: 3,
      rekomi_vip: true,
      rekomi_rate: '12.5',
    });
  });

  it('leaves out what is empty, so that what the merchant has there survives', () => {
    const { attributes, warnings } = plan(
      change({ firstName: ' ', lastName: '', attributes: { note: '  ', gone: CLEAR } }),
    );
    expect(attributes).toEqual({});
    expect(warnings).toEqual([]);
  });

  it('is nothing when nothing changed, and only the difference when something did', () => {
    const previous = written({
      fields: { first_name: 'Jane', rekomi_status: 'approved', rekomi_tags: 'gold' },
      tags: ['gold'],
    });
    const same = { firstName: 'Jane', status: 'approved' as const, tags: ['gold'] };
    expect(plan(change(same, { previous }))).toMatchObject({
      write: false,
      attributes: {},
      join: [],
      leave: [],
    });
    expect(plan(change({ ...same, firstName: 'Janet' }, { previous })).attributes).toEqual({
      first_name: 'Janet',
    });
  });

  it('is always something for a contact that was never written', () => {
    expect(plan(change()).write).toBe(true);
  });

  it('takes an attribute away only when that was asked for and it is ours', () => {
    const previous = written({ fields: { rekomi_note: 'x', rekomi_kept: 'y' } });
    const { attributes } = plan(change({ attributes: { note: CLEAR, foreign: CLEAR } }, { previous }));
    expect(attributes).toEqual({ rekomi_note: null });
  });

  it('takes the tags away when the last one is gone', () => {
    const previous = written({ fields: { rekomi_tags: 'gold' }, tags: ['gold'] });
    expect(plan(change({}, { previous }))).toMatchObject({
      attributes: { rekomi_tags: null },
      delta: { tagsRemoved: ['gold'] },
    });
  });

  it.each(['id', 'Email', 'created_at', 'unsubscribed', 'cio_anything', '_update', 'tags', 'status', 'tier'])(
    'never is a custom attribute called %s',
    (name) => {
      const { attributes, warnings } = plan(change({ attributes: { [name]: 'x' } }));
      expect(attributes).toEqual({});
      expect(warnings).toMatchObject([{ code: 'attribute_reserved', field: name }]);
    },
  );

  it('drops a value above 1,000 bytes and keeps the person', () => {
    const { attributes, warnings } = plan(
      change({ firstName: 'ü'.repeat(501), attributes: { note: 'n'.repeat(1000) } }),
    );
    expect(attributes).toEqual({ rekomi_note: 'n'.repeat(1000) });
    expect(warnings).toMatchObject([{ code: 'field_rejected', field: 'first_name' }]);
  });

  it('drops numbers that are none, names that are too long, and attributes beyond 300', () => {
    const many = Object.fromEntries(Array.from({ length: 310 }, (_, index) => [`a${index}`, index]));
    const odd = plan(change({ attributes: { nan: NaN, ['n'.repeat(150)]: 1, huge: 2 ** 60 } }));
    expect(odd.attributes).toEqual({ rekomi_huge: String(2 ** 60) });
    expect(odd.warnings.map(({ code }) => code)).toEqual(['field_rejected', 'field_rejected']);
    const full = plan(change({ firstName: 'Jane', attributes: many }));
    expect(Object.keys(full.attributes).length + 1).toBeLessThanOrEqual(300);
    expect(full.warnings.length).toBe(310 - (Object.keys(full.attributes).length - 1));
  });
});

describe('The sign-up date', () => {
  const wish = { createdAt: CREATED };

  it.each([
    ['never', false, undefined, undefined, undefined, false],
    ['always', true, undefined, undefined, SECONDS, false],
    ['always', true, { created_at: SECONDS }, undefined, undefined, false],
    ['always', true, { created_at: 1600000000 }, undefined, SECONDS, false],
    ['missing_only', false, undefined, undefined, SECONDS, false],
    ['missing_only', false, {}, undefined, undefined, false],
    ['missing_only', false, { rekomi_status: 'approved' }, undefined, undefined, false],
    ['missing_only', false, { rekomi_status: '' }, undefined, SECONDS, false],
    ['missing_only', true, undefined, undefined, undefined, true],
    ['missing_only', true, {}, undefined, undefined, true],
    ['missing_only', true, {}, {}, SECONDS, false],
    ['missing_only', true, {}, { created_at: '' }, SECONDS, false],
    ['missing_only', true, {}, { created_at: '1500000000' }, undefined, false],
    ['missing_only', true, { created_at: 1600000000 }, {}, undefined, false],
  ] as const)(
    'with "%s", App key %s, our last write %j and a look that showed %j: writes %s, waits for a look: %s',
    (createdAt, canLook, before, look, expected, deferred) => {
      const rest = {
        ...(before === undefined ? {} : { previous: written({ fields: before }) }),
        ...(look === undefined ? {} : { observed: seen(look) }),
      };
      const planned = plan(change(wish, rest), { createdAt, canLook });
      expect(planned.attributes.created_at).toBe(expected);
      expect(planned.deferred).toEqual(deferred ? ['created_at'] : []);
    },
  );

  it('added later never brings a deleted profile back', () => {
    const rest = { previous: written(), observed: seen({}) };
    expect(plan(change(wish, rest), { canLook: true }).onlyIfThere).toBe(true);
    expect(plan(change({ ...wish, firstName: 'Jane' }, rest), { canLook: true }).onlyIfThere).toBe(false);
  });

  it.each(['yesterday', '1970-01-02T00:00:00Z', '+010000-01-01T00:00:00Z'])(
    'is left out with a warning when it is %s',
    (createdAt) => {
      const { attributes, warnings } = plan(change({ createdAt }), { createdAt: 'always' });
      expect(attributes).toEqual({});
      expect(warnings).toMatchObject([{ code: 'field_rejected', field: 'created_at' }]);
    },
  );
});

describe('A contact that is to be written once more', () => {
  const previous = written({
    fields: { first_name: 'Jane', rekomi_tags: 'gold', rekomi_tier: '' },
    tags: ['gold'],
    audiences: ['7', '8'],
  });
  const wish = { firstName: 'Jane', tags: ['gold'], audiences: ['7'] };

  it('is sent whole, although all of it was written before', () => {
    expect(plan(change(wish, { previous, rewrite: true }))).toMatchObject({
      write: true,
      attributes: { first_name: 'Jane', rekomi_tags: 'gold' },
      onlyIfThere: false,
      join: ['7'],
      leave: ['8'],
    });
    expect(plan(change(wish, { previous }))).toMatchObject({ write: false, attributes: {}, join: [] });
  });

  it('loses the tags that a lost request may have left', () => {
    expect(plan(change({ ...wish, tags: [] }, { previous, rewrite: true })).attributes).toEqual({
      first_name: 'Jane',
      rekomi_tags: null,
    });
  });
});

describe('What may be there', () => {
  it('is taken back by the names that the vendor takes', () => {
    const fields = { rekomi_tags: '', [`rekomi_${'n'.repeat(200)}`]: '' };
    expect(ownAttributes(written({ fields }))).toEqual({ rekomi_tags: null });
  });
});

describe('Memberships', () => {
  it('are joined and left by the difference to what we did', () => {
    const previous = written({ audiences: ['7', '8'] });
    expect(plan(change({ audiences: ['8', '9', '9'] }, { previous }))).toMatchObject({
      join: ['9'],
      leave: ['7'],
    });
  });

  it('are joined again when a look shows that the first time did not take', () => {
    const previous = written({ audiences: ['7', '8'] });
    const observed = seen({}, ['8']);
    expect(plan(change({ audiences: ['7', '8'] }, { previous, observed })).join).toEqual(['7']);
  });
});

describe('An address', () => {
  it('keeps the letter case under which it was written', () => {
    const previous = written({ email: 'Jane@Example.com' });
    expect(plan(change({}, { previous }))).toMatchObject({ email: 'Jane@Example.com', write: false });
  });
});

describe('Tags', () => {
  it('are sorted, without repeats, and never hold a comma', () => {
    expect(tagList(['b', 'a,c', 'b', ' , ', 'a c']).text).toBe('a c,b');
  });

  it('are cut at a whole tag at 1,000 bytes, with a warning', () => {
    const tags = Array.from({ length: 200 }, (_, index) => `partner-${String(index).padStart(3, '0')}`);
    const { text, written: kept, warnings } = tagList(tags);
    expect(Buffer.byteLength(text)).toBe(83 * 11 + 82);
    expect(kept).toEqual(tags.slice(0, 83));
    expect(warnings).toMatchObject([{ code: 'field_shortened', field: 'rekomi_tags' }]);
  });

  it('of exactly 1,000 bytes stay whole', () => {
    const { text, warnings } = tagList(['a'.repeat(499), 'b'.repeat(500)]);
    expect(Buffer.byteLength(text)).toBe(1000);
    expect(warnings).toEqual([]);
  });

  it('whatever they are, make a text of whole tags within the limit', () => {
    const tag = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.constantFrom('gold', 'a,b', 'x'.repeat(1001)),
    );
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 40 }), (names) => {
        const { text, written: kept, warnings } = tagList(names);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1000);
        const parts = text === '' ? [] : text.split(',');
        expect(parts).toEqual([...new Set(parts)].sort());
        expect(parts.every((part) => part !== '' && part.trim() === part)).toBe(true);
        expect(kept.every((name) => names.includes(name))).toBe(true);
        const nonEmpty = names.filter((name) => name.replace(/[\s,]/g, '') !== '');
        expect(warnings.length > 0).toBe(nonEmpty.some((name) => !kept.includes(name)));
      }),
    );
  });
});
