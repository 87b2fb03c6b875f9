import type { ContactReading, WrittenContact } from '@rekomi/provider-contract';

import { receiptVerdict } from './receipt-verdict.js';

const NOW = Date.UTC(2026, 10, 29);
const written: WrittenContact = {
  email: 'ada@example.com',
  fields: { tier: 'gold' },
  tags: ['spring'],
  audiences: [],
};
const shows = (fields: Readonly<Record<string, string>>): ContactReading => ({
  kind: 'found',
  snapshot: { email: written.email, fields, consent: 'unknown', seenAt: '2026-11-29T00:00:00Z' },
});
const verdict = (reading: ContactReading, tries = 0, failures = 0) =>
  receiptVerdict(reading, written, { tags: 'native' }, { tries, failures }, NOW);

it('A look that shows what was written confirms it, at whatever try', () => {
  for (const tries of [0, 3])
    expect(verdict(shows({ tier: 'gold' }), tries)).toEqual({ kind: 'confirmed', untold: ['tag'] });
});

it('Looks that show something else come at growing distances, and the last one decides', () => {
  const waits = [0, 1, 2].map((tries) => verdict(shows({}), tries));
  expect(waits).toEqual([15_000, 60_000, 300_000].map((inMs) => ({ kind: 'again', inMs, counts: 'try' })));
  expect(verdict(shows({}), 3)).toMatchObject({
    ...{ kind: 'ignored', code: 'receipt_incomplete', nobodyThere: false },
    deviations: [{ name: 'tier', kind: 'missing' }],
  });
  expect(verdict({ kind: 'not_found' }, 3)).toMatchObject({
    ...{ kind: 'ignored', code: 'vendor_ignored', nobodyThere: true },
  });
});

it('A look that fails is no try, and enough of them leave it open', () => {
  const down = { kind: 'unavailable', code: 'vendor_error' } as const;
  expect(verdict(down, 3, 0)).toEqual({ kind: 'again', inMs: 5_000, counts: 'failure' });
  expect(verdict(down, 3, 4)).toEqual({ kind: 'again', inMs: 80_000, counts: 'failure' });
  expect(verdict(down, 3, 5)).toEqual({ kind: 'undecided', code: 'vendor_error' });
  expect(verdict({ kind: 'unauthorised', code: 'credential_missing' }, 0, 5)).toMatchObject({
    kind: 'undecided',
  });
});

it('A vendor that asks for patience until a time costs nothing', () => {
  const until = new Date(NOW + 90_000);
  const throttled = { kind: 'throttled', code: 'vendor_throttled', family: 'app', until } as const;
  expect(verdict(throttled, 3, 5)).toEqual({ kind: 'again', inMs: 90_000 });
  // A time that has passed is no leave to ask without end.
  const past = { ...throttled, until: new Date(NOW - 5_000) };
  expect(verdict(past, 3, 5)).toEqual({ kind: 'again', inMs: 1_000 });
});
