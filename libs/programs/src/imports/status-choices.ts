import { shapeNamed } from './shapes/source-shapes.js';

export const STATUS_CHOICES = ['approved', 'applied', 'rejected', 'skip'] as const;
export type StatusChoice = (typeof STATUS_CHOICES)[number];

/** What statuses mean wherever they come from. What a platform means by its own words stands in its shape. */
const SUGGESTED: Readonly<Record<string, StatusChoice>> = {
  active: 'approved',
  approved: 'approved',
  accepted: 'approved',
  enabled: 'approved',
  confirmed: 'approved',
  disabled: 'rejected',
  rejected: 'rejected',
  declined: 'rejected',
  denied: 'rejected',
  banned: 'rejected',
  blocked: 'rejected',
  suspended: 'rejected',
  suspicious: 'applied',
  pending: 'applied',
  unconfirmed: 'applied',
  inactive: 'applied',
  invited: 'applied',
  '': 'applied',
};

export function statusKey(value: string): string {
  return value.trim().toLowerCase();
}

/**
 * What a status elsewhere most likely means here; undefined when nobody could know.
 *
 * @param source the platform that the file was recognised as, see {@link recogniseSource}.
 */
export function suggestStatus(value: string, source?: string | null): StatusChoice | undefined {
  const key = statusKey(value);
  const own = shapeNamed(source)?.statuses ?? {};
  if (Object.hasOwn(own, key)) return own[key];
  return Object.hasOwn(SUGGESTED, key) ? SUGGESTED[key] : undefined;
}
