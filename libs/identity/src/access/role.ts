/** Each may do what those after it may. */
export const ROLES = ['owner', 'admin', 'manager', 'viewer'] as const;

export type Role = (typeof ROLES)[number];

/** Is `role` the role `least`, or one above it? */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(least);
}
