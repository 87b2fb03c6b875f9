import { requestIdOf, traceIdOf } from './request-id.js';

describe('a request id', () => {
  it('of the caller is kept', () => {
    expect(requestIdOf({ headers: { 'x-request-id': 'job-17/step.2' } })).toBe('job-17/step.2');
  });

  it.each(['', 'a b', 'line\nbreak', '<script>', 'x'.repeat(129)])('%j is replaced', (given) => {
    expect(requestIdOf({ headers: { 'x-request-id': given } })).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a trace id', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  it('is taken from traceparent', () => {
    expect(traceIdOf({ headers: { traceparent } })).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it.each([undefined, '', 'nonsense', traceparent.toUpperCase(), `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])(
    'is absent for %j',
    (given) => {
      expect(traceIdOf({ headers: { traceparent: given } })).toBeUndefined();
    },
  );
});
