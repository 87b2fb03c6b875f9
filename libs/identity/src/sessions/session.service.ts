import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { notFound, problem } from '@rekomi/http';
import type { EntityManager } from 'typeorm';
import { v7 as newId, validate as isUuid } from 'uuid';

import type { Role } from '../access/role.js';
import {
  ABSOLUTE_DAYS,
  type Client,
  type OpenedSession,
  type OrganizationChoice,
  type Session,
} from './session.js';
import { generateToken, hashToken } from './session-token.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const LONGEST = { ip: 64, userAgent: 400 } as const;

/** Opens, lists and ends sessions. */
@Injectable()
export class SessionService {
  constructor(private readonly tenancy: Tenancy) {}

  /** Always with a token of its own, whatever the browser brought along. In a transaction of the organisation. */
  async open(
    tx: EntityManager,
    organizationId: string,
    userId: string,
    client: Client,
  ): Promise<OpenedSession> {
    const [id, token] = [newId(), generateToken()];
    const expiresAt = new Date(Date.now() + ABSOLUTE_DAYS * DAY_MS);
    await tx.query(
      `INSERT INTO session (id, organization_id, user_id, token_hash, expires_at, ip, user_agent)
       VALUES ($1, $2, $3, $4, now() + make_interval(days => $5), $6, $7)`,
      [
        ...[id, organizationId, userId, hashToken(token), ABSOLUTE_DAYS],
        client.ip.slice(0, LONGEST.ip),
        client.userAgent?.replaceAll('\0', '').slice(0, LONGEST.userAgent) ?? null,
      ],
    );
    return { id, organizationId, userId, token, expiresAt };
  }

  /** All of a person's, in whatever organisation, those used last first. */
  async list(userId: string): Promise<readonly Session[]> {
    return this.tenancy.lookup<Session>(
      `SELECT session_id AS id, organization_id AS "organizationId", created_at AS "createdAt",
         last_seen_at AS "lastSeenAt", expires_at AS "expiresAt", ip, user_agent AS "userAgent"
       FROM sessions_of_user($1)`,
      [userId],
    );
  }

  /** @throws ProblemException `not_found`, also for somebody else's session. */
  async end(userId: string, sessionId: string): Promise<void> {
    const rows = await this.tenancy.lookup<{ id: string | null }>('SELECT end_session($1, $2) AS id', [
      userId,
      sessionId,
    ]);
    if (rows[0]?.id == null) throw notFound('session', sessionId);
  }

  /** Ends the session of a token, if there is one: whoever signs out or signs in anew leaves none behind. */
  async endByToken(token: string): Promise<void> {
    await this.tenancy.lookup('SELECT end_session_by_token($1)', [hashToken(token)]);
  }

  /** @returns how many. */
  async endOthers(userId: string, sessionId: string): Promise<number> {
    const rows = await this.tenancy.lookup<{ count: number }>(
      'SELECT end_sessions($1, $2)::integer AS count',
      [userId, sessionId],
    );
    return rows[0]?.count ?? 0;
  }

  /**
   * From now on the session acts in that organisation.
   *
   * @throws ProblemException `not_found` when the person does not belong to it, or it does not exist.
   */
  async switchOrganization(userId: string, sessionId: string, organizationId: string): Promise<void> {
    if (!isUuid(organizationId)) throw notFound('organisation', organizationId);
    const rows = await this.tenancy.lookup<{ id: string | null }>('SELECT move_session($1, $2, $3) AS id', [
      userId,
      sessionId,
      organizationId,
    ]);
    if (rows[0]?.id == null) throw notFound('organisation', organizationId);
  }

  /** The one joined first comes first. */
  async organizationsOf(userId: string): Promise<readonly OrganizationChoice[]> {
    return this.tenancy.lookup<OrganizationChoice>(
      'SELECT organization_id AS id, name, slug, role FROM organizations_of_user($1)',
      [userId],
    );
  }

  /** @throws ProblemException `no_organization` */
  async requireOrganizationOf(
    userId: string,
    wanted?: string,
  ): Promise<{ readonly id: string; readonly role: Role }> {
    const organizations = await this.organizationsOf(userId);
    const [first] = organizations;
    if (first === undefined) throw problem('no_organization');
    if (wanted === undefined) return first;
    const chosen = organizations.find(({ id }) => id === wanted);
    if (chosen === undefined) throw notFound('organisation', wanted);
    return chosen;
  }
}
