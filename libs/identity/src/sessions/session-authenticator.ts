import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';

import type { Role } from '../access/role.js';
import type { PersonTenant } from '../access/tenant.js';
import { LastSeen } from './last-seen.js';
import { IDLE_DAYS } from './session.js';
import { hashToken } from './session-token.js';

interface StoredSession {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

/** Finds out who a session belongs to. */
@Injectable()
export class SessionAuthenticator implements OnModuleDestroy {
  readonly #lastSeen = new LastSeen();

  constructor(private readonly tenancy: Tenancy) {}

  /** @returns undefined when the session was ended, has expired or never was. */
  async authenticate(token: string): Promise<PersonTenant | undefined> {
    const found = await this.tenancy.lookup<{ organization_id: string; session_id: string }>(
      'SELECT organization_id, session_id FROM find_session($1)',
      [hashToken(token)],
    );
    const ids = found[0];
    if (ids === undefined) return undefined;
    const { organization_id: organizationId, session_id: sessionId } = ids;
    const session = await this.#read(organizationId, sessionId);
    if (session === undefined) return undefined;
    this.#touch(organizationId, sessionId);
    const { userId, email, name, role } = session;
    return {
      organizationId,
      callerId: userId,
      actor: { kind: 'user', id: userId, label: email, name, role, sessionId },
    };
  }

  async onModuleDestroy(): Promise<void> {
    await this.#lastSeen.settle();
  }

  async #read(organizationId: string, sessionId: string): Promise<StoredSession | undefined> {
    const rows = await this.tenancy.run(organizationId, (tx) =>
      tx.query<StoredSession[]>(
        `SELECT u.id AS "userId", u.email, u.name, m.role
         FROM session s
         JOIN membership m ON m.organization_id = s.organization_id AND m.user_id = s.user_id
         JOIN app_user u ON u.id = s.user_id
         WHERE s.id = $1 AND s.expires_at > now() AND s.last_seen_at > now() - make_interval(days => $2)`,
        [sessionId, IDLE_DAYS],
      ),
    );
    return rows[0];
  }

  #touch(organizationId: string, sessionId: string): void {
    this.#lastSeen.mark(sessionId, () =>
      this.tenancy.run(organizationId, (tx) =>
        tx.query(
          // Never one that has ended by idling meanwhile.
          `UPDATE session SET last_seen_at = now() WHERE id = $1 AND last_seen_at < now() - interval '1 minute'
             AND last_seen_at > now() - make_interval(days => $2)`,
          [sessionId, IDLE_DAYS],
        ),
      ),
    );
  }
}
