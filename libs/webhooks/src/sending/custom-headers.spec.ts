import { readCustomHeaders } from './custom-headers.js';

const codesOf = (value: unknown): unknown[] => {
  const reading = readCustomHeaders(value);
  return reading.ok ? [] : reading.problems.map(({ pointer, code }) => [pointer, code]);
};

describe('headers of a merchant’s own', () => {
  it('are taken as given, with the blanks around their values taken off', () => {
    const headers = {
      'X-Api-Key': ' key \t',
      Authorization: 'Bearer a b',
      'content-type': 'application/vnd.api+json',
    };
    expect(readCustomHeaders(headers)).toEqual({ ok: true, headers: { ...headers, 'X-Api-Key': 'key' } });
    expect(readCustomHeaders({})).toEqual({ ok: true, headers: {} });
  });

  it.each([
    ...['webhook-id', 'Webhook-Signature', 'webhook-anything', 'Host', 'content-length', 'Transfer-Encoding'],
    ...[
      'connection',
      'Keep-Alive',
      'TE',
      'trailer',
      'upgrade',
      'expect',
      'proxy-authorization',
      'accept-encoding',
    ],
  ])('that are ours or the connection’s are refused: %s', (name) => {
    expect(codesOf({ [name]: 'x' })).toEqual([[`/${name}`, 'header_reserved']]);
  });

  it.each(['', 'x y', 'x:y', 'x\r\ny', 'é', 'x"', '(x)', 'x'.repeat(101)])(
    'need a name that is one: %p',
    (name) => {
      expect(codesOf({ [name]: 'x' })).toEqual([[`/${name}`, 'header_name_invalid']]);
    },
  );

  it.each(['a\r\nx-b: c', 'a\nb', 'a\n', '\ra', 'a\0b', 'ключ', 'a\u2028', 'a\x7f'])(
    'need a value that fits on a line of ASCII, and it is not repeated: %p',
    (value) => {
      expect(codesOf({ 'x-key': value })).toEqual([['/x-key', 'header_value_invalid']]);
      expect(JSON.stringify(readCustomHeaders({ 'x-key': `SECRET${value}` }))).not.toContain('SECRET');
    },
  );

  it.each([
    ['text/plain', 'header_content_type'],
    ['application/x-www-form-urlencoded', 'header_content_type'],
    ['application/json; charset=latin1', 'header_content_type'],
    ['   ', 'header_value_empty'],
    ['x'.repeat(4_097), 'header_too_long'],
  ])('of type %p are refused: %s', (value, code) => {
    expect(codesOf({ 'content-type': value })).toEqual([['/content-type', code]]);
  });

  it('are limited in number and size, and each stands once', () => {
    const many = (count: number, value: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, value]));
    expect(codesOf(many(20, 'x'))).toEqual([]);
    expect(codesOf(many(21, 'x'))).toEqual([['', 'headers_too_many']]);
    expect(codesOf(many(3, 'x'.repeat(4_000)))).toEqual([['', 'headers_too_long']]);
    expect(codesOf({ 'x-a': '1', 'X-A': '2' })).toEqual([['/X-A', 'header_repeated']]);
  });

  it.each([undefined, null, [], 'x-a: b', 5])('are an object: not %p', (value) => {
    expect(codesOf(value)).toEqual([['', 'is_object']]);
  });

  it('are told apart: every one that is wrong is named', () => {
    expect(codesOf({ 'x-a': 5, host: 'x', 'x-b': 'fine', 'a/b': 'x' })).toEqual([
      ['/x-a', 'is_string'],
      ['/host', 'header_reserved'],
      ['/a~1b', 'header_name_invalid'],
    ]);
  });
});
