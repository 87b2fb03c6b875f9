import { defaultForm } from './default-form.js';
import { type FieldInput, readForm } from './form-input.js';

const EMAIL: FieldInput = { key: 'email', type: 'email', label: 'E-mail', required: true };
const faultsOf = (fields: readonly unknown[], more: object = {}) => {
  const result = readForm({ fields: fields as readonly FieldInput[], ...more });
  return result.ok || result.problem.reason !== 'invalid'
    ? []
    : result.problem.errors.map(({ pointer, code }) => `${pointer} ${code}`);
};

it('the built-in form is one that could have been put', () => {
  const { fields, texts } = defaultForm('Acme');
  expect(readForm({ fields, texts })).toEqual({ ok: true, value: { enabled: true, fields, texts } });
});

it('what is absent has its default, and words are cleaned', () => {
  expect(
    readForm({ fields: [{ ...EMAIL, label: '  E-mail\u200B ', hint: '' }], texts: { intro: 'a\r\n\r\nb ' } }),
  ).toEqual({
    ok: true,
    value: {
      enabled: true,
      fields: [{ ...EMAIL, hint: null, options: [], min: null, max: null, mapsTo: null }],
      texts: { intro: 'a\n\nb', submitLabel: null, thanksTitle: null, thanksText: null },
    },
  });
});

it.each([
  [
    'no field for the address',
    [{ key: 'name', type: 'text', label: 'Name' }],
    '#/fields email_field_missing',
  ],
  ['an address that may be left out', [{ ...EMAIL, required: false }], '#/fields/0/required invalid_value'],
  ['an address of another type', [{ ...EMAIL, type: 'text' }], '#/fields/0/type wrong_type'],
  ['two fields with one key', [EMAIL, EMAIL], '#/fields/1/key duplicate'],
  [
    'a key that is no name',
    [EMAIL, { key: '__proto__', type: 'text', label: 'x' }],
    '#/fields/1/key invalid_value',
  ],
  ['a blank label', [EMAIL, { key: 'a', type: 'text', label: ' \u200B' }], '#/fields/1/label invalid_value'],
  [
    'a choice of nothing',
    [EMAIL, { key: 'a', type: 'radio', label: 'x' }],
    '#/fields/1/options invalid_value',
  ],
  [
    'options where nothing is chosen',
    [EMAIL, { key: 'a', type: 'text', label: 'x', options: [{ value: 'y' }] }],
    '#/fields/1/options not_applicable',
  ],
  [
    'the same option twice',
    [EMAIL, { key: 'a', type: 'dropdown', label: 'x', options: [{ value: 'y' }, { value: 'y ' }] }],
    '#/fields/1/options/1/value duplicate',
  ],
  [
    'bounds the wrong way round',
    [EMAIL, { key: 'a', type: 'number', label: 'x', min: 5, max: 1 }],
    '#/fields/1/max out_of_range',
  ],
  [
    'a day that does not exist as a bound',
    [EMAIL, { key: 'a', type: 'date', label: 'x', min: '2026-02-30' }],
    '#/fields/1/min invalid_value',
  ],
  [
    'a bound of a country',
    [EMAIL, { key: 'a', type: 'country', label: 'x', max: 1 }],
    '#/fields/1/max not_applicable',
  ],
  [
    'more choices than there are',
    [EMAIL, { key: 'a', type: 'checkboxes', label: 'x', options: [{ value: 'y' }], min: 2 }],
    '#/fields/1/min invalid_value',
  ],
  [
    'a name out of a number',
    [EMAIL, { key: 'a', type: 'number', label: 'x', mapsTo: 'fullName' }],
    '#/fields/1/mapsTo wrong_type',
  ],
  [
    'a full name beside a first name',
    [
      EMAIL,
      { key: 'a', type: 'text', label: 'x', mapsTo: 'firstName' },
      { key: 'b', type: 'text', label: 'x', mapsTo: 'fullName' },
    ],
    '#/fields/2/mapsTo duplicate',
  ],
] as const)('a form with %s is refused, and the place is named', (_, fields, fault) => {
  expect(faultsOf(fields)).toContain(fault);
});

it('too many fields and too long texts are refused', () => {
  const many = Array.from({ length: 60 }, (_, n) => ({ key: `a${n}`, type: 'text', label: 'x' }));
  expect(faultsOf([EMAIL, ...many])).toContain('#/fields too_many');
  expect(faultsOf([EMAIL], { texts: { submitLabel: 'x'.repeat(61) } })).toEqual([
    '#/texts/submitLabel too_long',
  ]);
});
