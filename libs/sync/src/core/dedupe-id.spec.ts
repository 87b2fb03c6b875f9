import fc from 'fast-check';

import { dedupeId } from './dedupe-id.js';

const CONNECTION = '0190d1b4-0000-7000-8000-000000000001';
const EVENT = '0190d1b4-0000-7000-8000-0000000000aa';
const AT = '2026-11-01T12:00:00.000Z';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function timeOf(ulid: string): number {
  return [...ulid.slice(0, 10)].reduce((time, digit) => time * 32 + CROCKFORD.indexOf(digit), 0);
}

describe('the id by which a vendor knows a repeated event', () => {
  it('is a ULID', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.date({ noInvalidDate: true }), (connection, event, at) => {
        expect(dedupeId(connection, event, at.toISOString())).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
      }),
    );
  });

  it('carries the time of the event to the millisecond', () => {
    expect(timeOf(dedupeId(CONNECTION, EVENT, AT))).toBe(Date.parse(AT));
    expect(timeOf(dedupeId(CONNECTION, EVENT, '2026-11-01T12:00:00.001Z'))).toBe(Date.parse(AT) + 1);
  });

  it('is the same for ever', () => {
    // Written down once: a change would make every vendor take replayed events for new ones.
    expect(dedupeId(CONNECTION, EVENT, AT)).toBe('01M6BFP5G0MA9SNTEM5QTQHSTR');
  });

  it('differs from connection to connection and from event to event', () => {
    const other = '0190d1b4-0000-7000-8000-000000000002';
    const ids = new Set([
      dedupeId(CONNECTION, EVENT, AT),
      dedupeId(other, EVENT, AT),
      dedupeId(CONNECTION, other, AT),
    ]);
    expect(ids.size).toBe(3);
    expect(dedupeId(CONNECTION, other, AT)).not.toBe(dedupeId(other, CONNECTION, AT));
  });

  it.each(['1969-12-31T23:59:59.000Z', 'not a time'])('has no time before 1970 (%s)', (at) => {
    expect(timeOf(dedupeId(CONNECTION, EVENT, at))).toBe(0);
  });
});
