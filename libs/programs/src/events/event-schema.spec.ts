import { BUILTIN_EVENT_TYPES } from './builtin-event-types.js';
import { compileSchema } from './event-schema.js';

const codeOf = (schema: Readonly<Record<string, unknown>>) => {
  const compiled = compileSchema(schema);
  return compiled.ok ? 'fine' : compiled.code;
};

describe('a schema that a merchant writes', () => {
  it.each(BUILTIN_EVENT_TYPES)('is also what $name has, and its example fits', ({ schema, example }) => {
    const compiled = compileSchema(schema);
    expect(compiled.ok && compiled.check(example)).toBeUndefined();
  });

  it('may be of either draft and refer to itself', () => {
    const node = { type: 'object', properties: { next: { $ref: '#' } } };
    for (const $schema of [
      'http://json-schema.org/draft-07/schema#',
      'https://json-schema.org/draft/2020-12/schema',
    ]) {
      const compiled = compileSchema({ $schema, ...node });
      if (!compiled.ok) throw new Error(compiled.detail);
      expect(compiled.check({ next: { next: {} } })).toBeUndefined();
      expect(compiled.check({ next: { next: 5 } })).toMatchObject({ pointer: '/next/next' });
    }
  });

  it.each([
    ['schema_remote_reference', { properties: { a: { $ref: 'https://example.com/schema.json' } } }],
    ['schema_draft', { $schema: 'http://json-schema.org/draft-04/schema#' }],
    ['schema_invalid', { type: 'objekt' }],
    ['schema_invalid', { surplus: true }],
    ['schema_invalid', { type: 'object', properties: { a: { type: 'string', pattern: '(' } } }],
    ['schema_pattern_too_long', { patternProperties: { [`^${'a'.repeat(200)}$`]: true } }],
    ['schema_pattern_too_long', { properties: { a: { type: 'string', pattern: 'a'.repeat(201) } } }],
    ['schema_too_large', { description: 'x'.repeat(20_000) }],
  ])('is refused with %s', (code, schema) => {
    expect(codeOf(schema)).toBe(code);
  });

  it('cannot keep the server busy with a pattern that never ends', () => {
    const compiled = compileSchema({
      type: 'object',
      properties: { a: { type: 'string', pattern: '^(a+)+$' } },
    });
    if (!compiled.ok) throw new Error(compiled.detail);
    const started = performance.now();
    expect(compiled.check({ a: `${'a'.repeat(60)}!` })).toMatchObject({ code: 'schema_too_slow' });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(compiled.check({ a: 'aaa' })).toBeUndefined();
  });
});
