import type { RateLimit } from '@rekomi/provider-contract';
import { allowance, type ConnectionView, type SlowedFamily } from '@rekomi/sync';

import type { Plain } from './plain.js';
import type { SlowedDownAnswer } from './slowed-down.answer.js';

/** A slowed-down family in figures and words. Without its limits (a provider that is gone) no rate can be named. */
export function slowedDown(
  { family, share, since }: SlowedFamily,
  limit: RateLimit | undefined,
  settings: ConnectionView['settings'],
): Plain<SlowedDownAnswer> {
  const percent = Math.min(99, Math.max(1, Math.round(share * 100)));
  const usual = limit === undefined ? undefined : allowance(limit, settings);
  const rate =
    usual === undefined ? undefined : Number(((usual.requests / usual.perMs) * 1_000 * share).toPrecision(2));
  const pace =
    rate === undefined
      ? `${percent} % of the usual pace`
      : `${rate} ${rate === 1 ? 'request' : 'requests'} a second (${percent} % of the usual pace)`;
  return {
    family,
    percent,
    ...(rate === undefined ? {} : { requestsPerSecond: rate }),
    since,
    text:
      `Slowed down to ${pace}, because the vendor answered “too many requests” without saying for how long to wait. ` +
      'The pace comes back by itself.',
  };
}
