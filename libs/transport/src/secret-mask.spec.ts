import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { SecretMask } from './secret-mask.js';

const FORMS: Readonly<Record<string, (value: string) => string>> = {
  raw: (value) => value,
  base64: (value) => Buffer.from(value).toString('base64'),
  base64url: (value) => Buffer.from(value).toString('base64url'),
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': (value) =>
    encodeURIComponent(value).replace(/%../g, (hex) => hex.toLowerCase()),
  'form-encoded': (value) => new URLSearchParams({ k: value }).toString().slice(2),
  'JSON-escaped': (value) => JSON.stringify(value).slice(1, -1),
  'JSON-escaped with slashes': (value) => JSON.stringify(value).slice(1, -1).replaceAll('/', '\\/'),
  'JSON-escaped in ASCII': (value) =>
    JSON.stringify(value)
      .slice(1, -1)
      .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'JSON within JSON': (value) => JSON.stringify(JSON.stringify(value)).slice(3, -3),
};

/** What keys look like, and what people paste. */
const values = fc.oneof(
  fc.string({ minLength: 6, maxLength: 60 }),
  fc.string({ minLength: 6, maxLength: 30, unit: 'grapheme' }),
  fc.uint8Array({ minLength: 8, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex')),
);
const surroundings = fc.string({ unit: fc.constantFrom('{', '"', ' ', '\\', '/', '=', '\n', '€') });

describe('masking', () => {
  it('hides the same value in a header every time, and shows a plain one every time', () => {
    const mask = new SecretMask([{ field: 'apiKey', value: 'c4n4ry' }]);
    for (let times = 0; times < 3; times += 1) {
      expect(mask.header('Bearer c4n4ry')).toBe('Bearer [masked:apiKey]');
      expect(mask.header('application/json')).toBe('application/json');
    }
  });

  it.each(Object.keys(FORMS))('hides a value that is %s, wherever it stands', (form) => {
    const write = FORMS[form] ?? String;
    fc.assert(
      fc.property(values, surroundings, surroundings, (value, before, after) => {
        const mask = new SecretMask([{ field: 'apiKey', value }]);
        const masked = mask.text(`${before}${write(value)}${after}`);
        expect(masked).toContain('[masked:apiKey]');
        expect(masked.replaceAll('[masked:apiKey]', '')).not.toContain(write(value));
      }),
    );
  });

  it('hides a value inside a longer base64 text, at every alignment', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 7 }), fc.string({ maxLength: 7 }), (before, after) => {
        const value = randomBytes(12).toString('hex');
        const mask = new SecretMask([{ field: 'apiKey', value }]);
        for (const encoding of ['base64', 'base64url'] as const) {
          const masked = mask.text(Buffer.from(before + value + after).toString(encoding));
          expect(masked).toContain('[masked:apiKey]');
          const leftover = Buffer.from(masked.replaceAll('[masked:apiKey]', ''), 'base64').toString('latin1');
          expect(leftover).not.toContain(value.slice(0, 6));
          expect(leftover).not.toContain(value.slice(-6));
        }
      }),
    );
  });

  it('hides the pair of Basic authorisation whole', () => {
    const mask = new SecretMask([
      { field: 'user', value: 'site-1' },
      { field: 'password', value: 'p4ss' },
    ]);
    const pair = (text: string): string => Buffer.from(text).toString('base64');
    expect(mask.header(`Basic ${pair('site-1:p4ss')}`)).toBe('Basic [masked:user:password]');
    expect(mask.text(pair('p4ss:'))).toBe('[masked:password]');
  });

  it('tells fields apart, also when one value contains the other', () => {
    const mask = new SecretMask([
      { field: 'short', value: 'abcdef' },
      { field: 'long', value: 'abcdefghij' },
    ]);
    expect(mask.text('abcdefghij abcdef')).toBe('[masked:long] [masked:short]');
  });

  it('is not confused by its own marks or by characters that patterns use', () => {
    const mask = new SecretMask([
      { field: 'one', value: 'masked' },
      { field: 'two', value: '.*+?^${}()|[]\\-/' },
    ]);
    expect(mask.text('masked .*+?^${}()|[]\\-/ other')).toBe('[masked:one] [masked:two] other');
  });

  it('leaves everything else as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const mask = new SecretMask([{ field: 'apiKey', value: randomBytes(16).toString('hex') }]);
        expect(mask.text(text)).toBe(text);
        expect(mask.header(text)).toBe(text);
        expect(new SecretMask([]).text(text)).toBe(text);
        expect(new SecretMask([{ field: 'apiKey', value: '' }]).header(text)).toBe(text);
      }),
    );
  });
});
