import type { Outcome, WrittenDelta } from '@rekomi/provider-contract';

import type { Fate } from './model-drain.js';

function fate(
  name: string,
  extent: Fate['extent'],
  answer: (now: number) => Outcome,
  { tells = extent !== 'nothing' }: { readonly tells?: boolean } = {},
): Fate {
  const told = (written: WrittenDelta | undefined) => (written === undefined || !tells ? {} : { written });
  return { name, extent, answer: (now, written) => ({ ...answer(now), ...told(written) }) };
}

const throttled = (until?: Date): Outcome => ({
  kind: 'throttled',
  code: 'vendor_throttled',
  family: 'people',
  status: 429,
  ...(until === undefined ? {} : { until }),
});

/** Everything that a vendor, or the way to it, may do with a request. */
export const FATES = {
  taken: fate('200', 'whole', () => ({ kind: 'accepted' })),
  confirmed: fate('200, done', 'whole', () => ({ kind: 'confirmed' })),
  refused: fate('400', 'nothing', () => ({ kind: 'refused', code: 'contact_refused', status: 400 })),
  /** Part of it was taken, as one item of a 207. */
  partial: fate('207, partly', 'half', () => ({ kind: 'refused', code: 'contact_refused', status: 207 })),
  ignored: fate('200, not applied', 'nothing', () => ({ kind: 'ignored', code: 'vendor_ignored' })),
  failed: fate('500', 'nothing', () => ({ kind: 'unavailable', code: 'vendor_error', status: 500 })),
  failedApplied: fate(
    '500, applied',
    'whole',
    () => ({ kind: 'unavailable', code: 'vendor_error', status: 500 }),
    { tells: false },
  ),
  failedHalfway: fate('500, partly', 'half', () => ({
    kind: 'unavailable',
    code: 'vendor_error',
    status: 500,
  })),
  busy: fate('429', 'nothing', () => throttled()),
  busyUntil: fate('429, Retry-After', 'nothing', (now) => throttled(new Date(now + 5_000))),
  appliedThenReset: fate(
    'applied, then reset',
    'whole',
    () => ({ kind: 'ambiguous', code: 'vendor_timeout' }),
    { tells: false },
  ),
  hangs: fate('hangs', 'nothing', () => ({ kind: 'ambiguous', code: 'vendor_timeout' })),
} as const satisfies Record<string, Fate>;
