import { QueryFailedError } from 'typeorm';

import { isUnstorableText } from './unstorable-text.js';

const failed = (code: string, detail?: string): QueryFailedError =>
  new QueryFailedError('SELECT $1', ['x'], Object.assign(new Error('refused'), { code, detail }));

describe('a failed query was given a text that cannot be stored', () => {
  it.each([
    ['with U+0000', '22021', undefined],
    ['with U+0000 inside of JSON', '22P05', '\\u0000 cannot be converted to text.'],
    ['with half a character inside of JSON', '22P02', 'Unicode low surrogate must follow a high surrogate.'],
  ])('%s', (_what, code, detail) => {
    expect(isUnstorableText(failed(code, detail))).toBe(true);
  });

  it('but not when a value has another fault, or the query itself', () => {
    expect(isUnstorableText(failed('22P02', 'Token "x" is invalid.'))).toBe(false);
    expect(isUnstorableText(failed('22P02'))).toBe(false);
    expect(isUnstorableText(failed('42601'))).toBe(false);
    expect(isUnstorableText({ code: '22021' })).toBe(false);
  });
});
