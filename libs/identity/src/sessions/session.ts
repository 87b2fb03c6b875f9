import type { Role } from '../access/role.js';

/** Days without any request after which a session ends. */
export const IDLE_DAYS = 14;
/** Days after which a session ends in any case. */
export const ABSOLUTE_DAYS = 30;

/** From where somebody signs in or acts. */
export interface Client {
  readonly ip: string;
  readonly userAgent: string | undefined;
}

export interface Session {
  readonly id: string;
  readonly organizationId: string;
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** A session that was opened just now. */
export interface OpenedSession {
  readonly id: string;
  readonly organizationId: string;
  readonly userId: string;
  /** Goes into the cookie and is stored nowhere. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** An organisation that a person belongs to. */
export interface OrganizationChoice {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly role: Role;
}
