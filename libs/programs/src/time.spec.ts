import { readTime } from './time.js';

const NOW = new Date('2026-11-23T12:00:00Z');

describe('reading a time', () => {
  it.each([
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2024-01-31T12:30:00Z', '2024-01-31T12:30:00.000Z'],
    ['2024-01-31T12:30:00+02:00', '2024-01-31T10:30:00.000Z'],
    ['2024-01-31 12:30', '2024-01-31T12:30:00.000Z'],
    ['2024-01-31T12:30:00.123456', '2024-01-31T12:30:00.123Z'],
    [' 2024-01-31 ', '2024-01-31T00:00:00.000Z'],
    ['2026-11-24T11:00:00Z', '2026-11-24T11:00:00.000Z'],
  ])('takes %j', (text, time) => {
    const read = readTime(text, NOW);
    expect(read instanceof Date && read.toISOString()).toBe(time);
  });

  it.each([
    '2023-02-29',
    '2024-13-01',
    '31.01.2024',
    '01/31/2024',
    '1706700000',
    'yesterday',
    '1969-12-31',
    '2026-12-01',
    '2024-01-31T25:00:00Z',
  ])('refuses %j', (text) => {
    expect(readTime(text, NOW)).toBe('invalid');
  });

  it.each([undefined, '', '  '])('takes %j as absent', (text) => {
    expect(readTime(text, NOW)).toBeUndefined();
  });
});
