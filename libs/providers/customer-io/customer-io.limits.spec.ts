import { unixSeconds } from './customer-io.limits.js';

describe('A moment', () => {
  // Cases of other integrations' tests, recorded against the live service or published with their sources.
  it.each([
    ['2021-02-22T23:03:03Z', 1614034983],
    ['2014-05-21T15:54:20Z', 1400687660],
    ['2019-10-14T09:03:17Z', 1571043797],
    ['2024-06-25T14:00:00Z', 1719324000],
    ['2024-06-25T14:00:00.999Z', 1719324000],
    ['2018-03-04T12:08:56-08:00', 1520194136],
  ])('%s is sent as the whole second %d', (iso, seconds) => {
    expect(unixSeconds(iso)).toBe(seconds);
  });

  it.each(['', 'now', '1712345678', '2001-09-09T01:46:39Z', '+005138-11-16T09:46:40Z'])(
    '"%s" is none',
    (iso) => {
      expect(unixSeconds(iso)).toBeUndefined();
    },
  );
});
