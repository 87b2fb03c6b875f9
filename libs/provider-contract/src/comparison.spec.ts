import { compareWithSnapshot, meansTheSame } from './comparison.js';
import type { ContactSnapshot, FieldValue, WrittenContact } from './contact.js';

const written: WrittenContact = {
  email: 'Ada@Example.com',
  fields: { email: 'Ada@Example.com', rekomi_tier: 'gold' },
  tags: ['Spring', 'rekomi:commission_earned'],
  audiences: ['7'],
};
const seen: ContactSnapshot = {
  email: 'ada@example.com',
  fields: { email: 'ada@example.com', rekomi_tier: 'gold', theirs: 'x' },
  consent: 'subscribed',
  audiences: ['7', '9'],
  tags: ['spring', 'theirs'],
  seenAt: '2026-11-29T12:00:00Z',
};
const compared = (more: Partial<ContactSnapshot> = {}, tags: 'native' | 'attribute' | 'none' = 'native') =>
  compareWithSnapshot(written, { ...seen, ...more }, { tags });

describe('what was written and what a look shows', () => {
  it('agree whatever else is there, and whatever the spelling', () => {
    expect(compared()).toEqual({ deviations: [], untold: [], consentLowered: false });
  });

  it('differ where something is missing or has another value', () => {
    const shown = { email: 'ada@example.com', rekomi_tier: '' };
    expect(compared({ fields: shown, tags: [], audiences: [] }).deviations).toEqual([
      { part: 'field', name: 'rekomi_tier', kind: 'missing', wrote: 'gold' },
      { part: 'tag', name: 'Spring', kind: 'missing' },
      { part: 'audience', name: '7', kind: 'missing' },
    ]);
    expect(compared({ fields: { ...shown, rekomi_tier: 'silver' } }).deviations).toEqual([
      { part: 'field', name: 'rekomi_tier', kind: 'different', wrote: 'gold', found: 'silver' },
    ]);
  });

  it('do not differ in what the vendor does not tell', () => {
    const { tags: _, audiences: __, ...untold } = seen;
    expect(compareWithSnapshot(written, untold, { tags: 'native' })).toEqual({
      ...{ deviations: [], untold: ['tag', 'audience'], consentLowered: false },
    });
    expect(compareWithSnapshot(written, untold, { tags: 'attribute' }).untold).toEqual(['audience']);
  });

  it.each(['unsubscribed', 'bounced', 'complained', 'suppressed'] as const)(
    'are not compared in audiences for somebody who is %s',
    (consent) => {
      expect(compared({ consent, audiences: [] })).toEqual({
        ...{ deviations: [], untold: ['audience'], consentLowered: true },
      });
      expect(compared({ consent, fields: {} }).deviations).toHaveLength(1);
    },
  );

  it('agree on an address that only names the contact', () => {
    expect(compared({ fields: { rekomi_tier: 'gold' } }).deviations).toEqual([]);
  });

  it('say nothing of a value that may or may not have been written', () => {
    const guess = { ...written, fields: { rekomi_tier: '' } };
    expect(compareWithSnapshot(guess, { ...seen, fields: {} }, { tags: 'none' }).deviations).toEqual([]);
  });
});

describe('a value and what the vendor shows of it', () => {
  it.each<[FieldValue, FieldValue]>([
    ['Zoë', 'Zoë'.normalize('NFD')],
    [' gold ', 'gold'],
    [12, '12'],
    [0.5, '0.50'],
    ['12', 12],
    [true, 'true'],
    [true, 1],
    [false, '0'],
    ['Ada@Example.com', 'ada@example.com'],
    ['2026-02-03T04:05:06Z', '2026-02-03T05:05:06+01:00'],
    ['2026-02-03T04:05:06Z', '2026-02-03 04:05:06'],
    ['2026-02-03T04:05:06.789Z', '1770091506'],
    [1_770_091_506, '2026-02-03T04:05:06Z'],
    ['2026-02-03T04:05:06Z', '2026-02-03'],
    ['2026-02-03T04:05:06Z', 1_770_091_506_000],
  ])('are one: %p and %p', (wrote, found) => {
    expect(meansTheSame(wrote, found)).toBe(true);
  });

  it.each<[FieldValue, FieldValue]>([
    ['gold', 'Gold'],
    ['gold', 'golden'],
    [12, '13'],
    [0, ''],
    ['0', ''],
    [true, 'false'],
    [true, 'gold'],
    ['2026-02-03T04:05:06Z', '2026-02-03T04:05:07Z'],
    ['2026-02-03T04:05:06Z', '2026-02-04'],
    ['1770091506', '1770091507'],
    ['0012', '12'],
    ['2026-02-03T04:05:06Z', 'soon'],
  ])('are two: %p and %p', (wrote, found) => {
    expect(meansTheSame(wrote, found)).toBe(false);
  });
});
