import fc from 'fast-check';

import { type FieldInput, readForm } from './form-input.js';
import type { FormField } from './form.js';
import { readAnswers } from './read-answers.js';

const EMAIL: FieldInput = { key: 'email', type: 'email', label: 'E-mail', required: true };
const OPTIONS = [{ value: 'a', label: 'Apple' }, { value: 'b', label: 'Pear, ripe' }, { value: 'c' }];

function fieldsOf(...inputs: readonly FieldInput[]): readonly FormField[] {
  const form = readForm({ fields: [EMAIL, ...inputs] });
  if (!form.ok) throw new Error(JSON.stringify(form.problem));
  return form.value.fields;
}

/** The answer to one field of this kind, or the codes of its faults with their places. */
function answer(
  field: Omit<FieldInput, 'key' | 'label'>,
  given: unknown,
  others: readonly FieldInput[] = [],
) {
  const fields = fieldsOf({ key: 'q', label: 'Question', ...field }, ...others);
  const reading = readAnswers(fields, {
    email: 'jane@example.com',
    q: given,
    ...(others.length > 0 ? { c: 'DE' } : {}),
  });
  if (!reading.ok) return reading.faults.map(({ path, code }) => `${path.join('.')} ${code}`);
  const found = reading.value.answers.find(({ key }) => key === 'q');
  return found === undefined ? undefined : { value: found.value, text: found.text };
}
const value = (one: unknown) => ({ value: one, text: String(one) });

describe('a text', () => {
  it('loses invisible characters and surplus blanks, and keeps every script', () => {
    expect(answer({ type: 'text' }, ' Ze\u0301lie\u200B \n O’Neill 👩‍🚀 ')).toEqual(value('Zélie O’Neill 👩‍🚀'));
    expect(answer({ type: 'text' }, '\u202Eevil\u202C')).toEqual(value('evil'));
    expect(answer({ type: 'text' }, 'مرحبا')).toEqual(value('مرحبا'));
    expect(answer({ type: 'text' }, 'a\u0000b\uD800')).toEqual(value('a b\uFFFD'));
  });
  it('of nothing visible is no answer', () => {
    for (const blank of ['', '  ', '\n', '\u200B\u200F', null, undefined]) {
      expect(answer({ type: 'text' }, blank)).toBeUndefined();
      expect(answer({ type: 'text', required: true }, blank)).toEqual(['q required']);
    }
  });
  it('is measured in characters as people count them', () => {
    expect(answer({ type: 'text', max: 3 }, '👍👍👍')).toEqual(value('👍👍👍'));
    expect(answer({ type: 'text', max: 3 }, 'four')).toEqual(['q too_long']);
    expect(answer({ type: 'text', min: 3 }, 'ab')).toEqual(['q too_short']);
    expect(answer({ type: 'text' }, 'x'.repeat(10_240))).toEqual(['q too_long']);
    expect(answer({ type: 'text', max: 2000, mapsTo: 'fullName' }, 'x'.repeat(241))).toEqual(['q too_long']);
  });
  it('of several lines keeps its lines', () => {
    expect(answer({ type: 'long_text' }, ' one\r\ntwo\u0007\n\n\tthree ')).toEqual(
      value('one\ntwo\n\n\tthree'),
    );
    expect(answer({ type: 'long_text' }, 'x'.repeat(5_001))).toEqual(['q too_long']);
    expect(answer({ type: 'long_text', max: 20_000 }, 'x'.repeat(20_000))).toMatchObject({
      text: 'x'.repeat(20_000),
    });
  });
});

describe('a web address', () => {
  it('is read as people write it', () => {
    expect(answer({ type: 'url' }, 'www.example.com')).toEqual(value('https://www.example.com/'));
    expect(answer({ type: 'url' }, 'http://münchen.example/ä?b#c')).toEqual(
      value('http://xn--mnchen-3ya.example/%C3%A4?b#c'),
    );
    expect(answer({ type: 'url' }, 'example.com:8080/x')).toEqual(value('https://example.com:8080/x'));
  });
  it('is refused when it leads elsewhere than to a web page', () => {
    for (const bad of [
      ...[
        'javascript:alert(1)',
        'ftp://example.com',
        'mailto:a@example.com',
        'data:text/html,x',
        'localhost',
      ],
      ...[
        'https://user:secret@example.com',
        'not a page',
        'https://',
        'http://a',
        `https://example.com/${'x'.repeat(2000)}`,
      ],
    ]) {
      expect([bad, answer({ type: 'url' }, bad)]).toEqual([
        bad,
        [expect.stringMatching(/^q (invalid_url|too_long)$/)],
      ]);
    }
  });
});

describe('a number', () => {
  it('is read exactly, from text or JSON', () => {
    expect(answer({ type: 'number' }, '1500')).toEqual(value(1500));
    expect(answer({ type: 'number' }, '-12.5')).toEqual(value(-12.5));
    expect(answer({ type: 'number' }, 7)).toEqual(value(7));
    expect(answer({ type: 'number' }, 0)).toEqual(value(0));
  });
  it('is refused when it is ambiguous, too large or outside of what is asked', () => {
    for (const bad of [
      '1,500',
      '1e3',
      '0x10',
      '١٢',
      'many',
      '9999999999999999',
      'NaN',
      'Infinity',
      '1 000',
    ]) {
      expect([bad, answer({ type: 'number' }, bad)]).toEqual([bad, ['q invalid_number']]);
    }
    expect(answer({ type: 'number', min: 1, max: 10 }, '0.5')).toEqual(['q out_of_range']);
    expect(answer({ type: 'number', min: 1, max: 10 }, 11)).toEqual(['q out_of_range']);
  });
});

describe('a day', () => {
  it('is one that exists', () => {
    expect(answer({ type: 'date' }, '2024-02-29')).toEqual(value('2024-02-29'));
    for (const bad of [
      '2026-02-29',
      '2026-13-01',
      '2026-00-10',
      '31.01.2026',
      '2026-1-1',
      '0000-01-01',
      '2026-01-01T00:00',
    ]) {
      expect([bad, answer({ type: 'date' }, bad)]).toEqual([bad, ['q invalid_date']]);
    }
  });
  it('lies between the bounds, which belong to it', () => {
    const bounds = { type: 'date', min: '2026-01-01', max: '2026-01-31' } as const;
    expect(answer(bounds, '2026-01-01')).toEqual(value('2026-01-01'));
    expect(answer(bounds, '2025-12-31')).toEqual(['q out_of_range']);
    expect(answer(bounds, '2026-02-01')).toEqual(['q out_of_range']);
  });
});

describe('a choice', () => {
  it('is one of the options, by its value', () => {
    for (const type of ['dropdown', 'radio'] as const) {
      expect(answer({ type, options: OPTIONS }, 'b')).toEqual({ value: 'b', text: 'Pear, ripe' });
      expect(answer({ type, options: OPTIONS }, 'Pear, ripe')).toEqual(['q unknown_option']);
      expect(answer({ type, options: OPTIONS }, ['a'])).toEqual(['q wrong_type']);
    }
  });
  it('of several counts each once, in the order of the form', () => {
    const field = { type: 'checkboxes', options: OPTIONS, min: 1, max: 2 } as const;
    expect(answer(field, ['c', 'a', 'a'])).toEqual({ value: ['a', 'c'], text: 'Apple, c' });
    expect(answer(field, ['a', 'x'])).toEqual(['q unknown_option']);
    expect(answer(field, ['a', 'b', 'c'])).toEqual(['q too_many']);
    expect(answer({ ...field, min: 2 }, ['a'])).toEqual(['q too_few']);
    expect(answer({ ...field, required: true }, [])).toEqual(['q required']);
    expect(answer(field, 'a')).toEqual(['q wrong_type']);
    expect(answer(field, [1])).toEqual(['q wrong_type']);
  });
});

describe('a telephone number', () => {
  const inGermany: readonly FieldInput[] = [{ key: 'c', type: 'country', label: 'Country' }];
  it('is kept as it is dialled from everywhere', () => {
    expect(answer({ type: 'phone' }, '+49 (30) 901820')).toEqual({
      value: '+4930901820',
      text: '+49 30 901820',
    });
  });
  it('needs no country code when the form knows the country', () => {
    expect(answer({ type: 'phone' }, '030 901820', inGermany)).toMatchObject({ value: '+4930901820' });
    expect(answer({ type: 'phone' }, '030 901820')).toEqual(['q invalid_phone']);
  });
  it('is refused when nobody can have it', () => {
    for (const bad of ['+49 1', '+999 123456', 'call me +49 30 901820', '1'.repeat(300)]) {
      expect([bad, answer({ type: 'phone' }, bad)]).toEqual([bad, ['q invalid_phone']]);
    }
  });
});

describe('a country', () => {
  it('is one of ISO 3166-1, in any letter case', () => {
    expect(answer({ type: 'country' }, 'de')).toEqual({ value: 'DE', text: 'Germany' });
    for (const bad of ['XX', 'Germany', 'DEU', 'AC']) {
      expect(answer({ type: 'country' }, bad)).toEqual(['q unknown_country']);
    }
  });
});

describe('an address', () => {
  const WHOLE = { line1: 'Unter den Linden 1', city: 'Berlin', postalCode: '10117', country: 'de' };
  it('is kept in its parts', () => {
    expect(answer({ type: 'address' }, WHOLE)).toEqual({
      value: { ...WHOLE, country: 'DE' },
      text: 'Unter den Linden 1, Berlin, 10117, Germany',
    });
  });
  it('names the part that is missing or wrong', () => {
    expect(answer({ type: 'address' }, { city: 'Berlin' })).toEqual([
      'q.line1 required',
      'q.country required',
    ]);
    expect(answer({ type: 'address' }, { ...WHOLE, country: 'XX' })).toEqual(['q.country unknown_country']);
    expect(answer({ type: 'address' }, { ...WHOLE, line1: ['a'] })).toEqual(['q.line1 wrong_type']);
    expect(answer({ type: 'address' }, { ...WHOLE, planet: 'Mars' })).toEqual(['q.planet unknown_field']);
    expect(answer({ type: 'address' }, 'Berlin')).toEqual(['q wrong_type']);
    expect(answer({ type: 'address', required: true }, {})).toEqual([
      ...['q.line1 required', 'q.city required', 'q.country required'],
    ]);
  });
  it('may be left blank where it is not needed', () => {
    expect(answer({ type: 'address' }, { line1: ' ', country: '' })).toBeUndefined();
  });
});

describe('a consent', () => {
  it('is given, or not, or needed', () => {
    expect(answer({ type: 'consent' }, true)).toEqual({ value: true, text: 'Yes' });
    expect(answer({ type: 'consent' }, undefined)).toEqual({ value: false, text: 'No' });
    expect(answer({ type: 'consent', required: true }, false)).toEqual(['q required']);
    expect(answer({ type: 'consent' }, 'yes')).toEqual(['q wrong_type']);
  });
});

describe('a form as a whole', () => {
  it('fills the person, and takes the country out of an address', () => {
    const fields = fieldsOf(
      { key: 'who', type: 'text', label: 'Name', mapsTo: 'fullName' },
      { key: 'home', type: 'address', label: 'Address', mapsTo: 'country' },
    );
    const reading = readAnswers(fields, {
      email: ' Jane@Example.com ',
      who: 'Jane Doe',
      home: { line1: 'x', city: 'y', country: 'AT' },
    });
    expect(reading).toMatchObject({
      ok: true,
      value: { email: 'Jane@Example.com', person: { fullName: 'Jane Doe', country: 'AT' } },
    });
  });

  it('names what it does not know and what is missing', () => {
    const sent: unknown = JSON.parse(
      '{"email": "jane@example.com", "constructor": "x", "__proto__": {"email": "eve@example.com"}}',
    );
    expect(readAnswers(fieldsOf(), sent as Record<string, unknown>)).toMatchObject({
      ok: false,
      faults: [
        { path: ['constructor'], code: 'unknown_field' },
        { path: ['__proto__'], code: 'unknown_field' },
      ],
    });
    expect(readAnswers(fieldsOf(), {})).toMatchObject({
      ok: false,
      faults: [{ path: ['email'], code: 'required' }],
    });
  });

  it('is read or refused, whatever is sent, and what is read is storable and stays what it is', () => {
    const fields = fieldsOf(
      ...(
        ['text', 'long_text', 'url', 'number', 'date', 'phone', 'country', 'address', 'consent'] as const
      ).map((type): FieldInput => ({ key: `f_${type}`, type, label: type })),
      { key: 'f_radio', type: 'radio', label: 'x', options: OPTIONS },
      { key: 'f_boxes', type: 'checkboxes', label: 'x', options: OPTIONS },
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.anything(),
      fc.webUrl(),
      fc.constantFrom('a', true, ['a', 'b'], '2026-01-31', '+4930901820', 'FR', 5, '5'),
    );
    const given = fc.record(Object.fromEntries(fields.map(({ key }) => [key, anything])));
    fc.assert(
      fc.property(given, (sent) => {
        const reading = readAnswers(fields, { ...sent, email: 'jane@example.com' });
        if (!reading.ok) return expect(reading.faults.length).toBeGreaterThan(0);
        const stored = JSON.stringify(reading.value.answers);
        expect(stored).not.toMatch(/\\u0000|\\ud[89a-f]/i);
        const again = Object.fromEntries(reading.value.answers.map((one) => [one.key, one.value]));
        expect(readAnswers(fields, again)).toEqual(reading);
      }),
      { numRuns: 400 },
    );
  });
});
