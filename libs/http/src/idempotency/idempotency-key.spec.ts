import { parseIdempotencyKey, requestFingerprint } from './idempotency-key.js';

describe('an Idempotency-Key', () => {
  it.each([
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"8e03978e"', '8e03978e'],
    ['"a \\"b\\" \\\\c"', 'a "b" \\c'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('%s is read as %s', (header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  it.each(['', '""', 'x'.repeat(256), 'naïve', '"open', 'a"b', 'tab\there'])('%j is refused', (header) => {
    expect(() => parseIdempotencyKey(header)).toThrow();
  });

  it('sent twice is refused', () => {
    expect(() => parseIdempotencyKey(['a', 'b'])).toThrow(/more than once/);
  });

  it('is optional', () => {
    expect(parseIdempotencyKey(undefined)).toBeUndefined();
  });
});

describe('two requests ask for the same', () => {
  const of = (url: string, text: string): string => requestFingerprint(url, JSON.parse(text)).toString('hex');

  it('whatever the order of their keys and their spacing', () => {
    expect(of('/a', '{"a":1,"b":[{"c":2,"d":3}]}')).toBe(of('/a', '{ "b": [{"d":3, "c":2}], "a":1 }'));
  });

  it.each(['{"a":2}', '{"a":"1"}', '{"a":[1]}', '{"a":null}', '{}', '[]'])(
    'but not {"a":1} and %s',
    (other) => {
      expect(of('/a', other)).not.toBe(of('/a', '{"a":1}'));
    },
  );

  it('but not at two addresses', () => {
    expect(of('/a', '{}')).not.toBe(of('/b', '{}'));
  });
});
