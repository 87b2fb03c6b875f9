import { LARGEST_ATTRIBUTE_VALUE, MOST_ATTRIBUTES, readAttributes } from './extra-attributes.js';

const manifest = { name: 'Customer.io', reservedAttributes: ['id', 'unsubscribed', 'cio_*', '_*'] };
const read = (given: Readonly<Record<string, unknown>>) =>
  readAttributes(given, manifest, '#/extraAttributes');

describe('attributes of a campaign', () => {
  it('are texts, numbers and truth values under names of letters, digits and underscores', () => {
    const given = { programme: ' Summer ', percent: 12.5, none: 0, vip: false, A1_b: 'x' };
    expect(read(given)).toEqual({ ok: true, value: { ...given, programme: 'Summer' } });
  });

  it.each(['unsubscribed', 'Unsubscribed', 'ID', 'cio_id', 'status', 'Tier', 'tags', 'email', 'invite_url'])(
    'cannot be called %s, and the refusal says so',
    (name) => {
      expect(read({ fine: 1, [name]: 1 })).toMatchObject({
        ok: false,
        errors: [
          {
            pointer: `#/extraAttributes/${name}`,
            code: 'attribute_reserved',
            detail: expect.stringContaining(name),
          },
        ],
      });
    },
  );

  it.each([
    ['', '#/extraAttributes/'],
    ['1st', '#/extraAttributes/1st'],
    ['a b', '#/extraAttributes/a b'],
    ['a/b~c', '#/extraAttributes/a~1b~0c'],
    ['größe', '#/extraAttributes/größe'],
    ['rekomi_percent', '#/extraAttributes/rekomi_percent'],
    ['x'.repeat(101), `#/extraAttributes/${'x'.repeat(101)}`],
  ])('cannot be called %j', (name, pointer) => {
    expect(read({ [name]: 1 })).toMatchObject({ ok: false, errors: [{ pointer, code: 'attribute_name' }] });
  });

  it('cannot pollute prototypes', () => {
    const given = JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, unknown>;
    expect(read(given)).toMatchObject({ ok: false, errors: [{ code: 'attribute_name' }] });
  });

  it.each([
    null,
    '',
    '  ',
    'a\u0000b',
    '\uD800',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    {},
    [],
    ['x'],
    undefined,
  ])('cannot hold %p', (value) => {
    expect(read({ a: value })).toMatchObject({
      ok: false,
      errors: [{ pointer: '#/extraAttributes/a', code: 'attribute_value' }],
    });
  });

  it('are measured in bytes', () => {
    expect(read({ a: 'é'.repeat(LARGEST_ATTRIBUTE_VALUE / 2) }).ok).toBe(true);
    expect(read({ a: `${'é'.repeat(LARGEST_ATTRIBUTE_VALUE / 2)}x` }).ok).toBe(false);
  });

  it('are refused when two names differ in letter case only, and when there are too many', () => {
    expect(read({ Plan: 1, plan: 2 })).toMatchObject({
      ok: false,
      errors: [{ pointer: '#/extraAttributes/plan', code: 'attribute_repeated' }],
    });
    const many = Object.fromEntries(
      Array.from({ length: MOST_ATTRIBUTES + 1 }, (_, index) => [`a${index}`, 1]),
    );
    expect(read(many)).toMatchObject({ ok: false, errors: [{ code: 'too_many' }] });
  });
});
