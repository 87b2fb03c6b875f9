import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { problem } from '@rekomi/http';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { AuditTrail } from '../audit/audit-trail.js';
import type { Client, OpenedSession } from '../sessions/session.js';
import { SessionService } from '../sessions/session.service.js';
import { generateToken, hashToken } from '../sessions/session-token.js';
import { FIRST_OWNER_DAYS } from './link-lifetimes.js';
import { MemberService } from './member.service.js';
import { lockMembers } from './organization-lock.js';
import { type Credentials, UserAccountService } from './user-account.service.js';

export interface FirstOwnerLink {
  readonly organizationId: string;
  readonly organizationName: string;
}

/** How the first person gets into an organisation: by a one-time link that whoever runs the server is shown. */
@Injectable()
export class FirstOwnerService {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly accounts: UserAccountService,
    private readonly members: MemberService,
    private readonly sessions: SessionService,
    private readonly trail: AuditTrail,
  ) {}

  /** The oldest organisation that nobody owns. */
  async organizationWithoutOwner(): Promise<string | undefined> {
    const rows = await this.tenancy.lookup<{ id: string }>(
      'SELECT organization_id AS id FROM organizations_without_owner() LIMIT 1',
    );
    return rows[0]?.id;
  }

  /** A fresh link; those made before are dead. @returns its token, or undefined when there is an owner by now. */
  async createToken(organizationId: string): Promise<string | undefined> {
    const token = generateToken();
    return this.tenancy.run(organizationId, async (tx) => {
      await lockMembers(tx, organizationId);
      if (await this.members.hasOwner(tx)) return undefined;
      await tx.query('DELETE FROM first_owner_link WHERE used_at IS NULL');
      await tx.query(
        `INSERT INTO first_owner_link (id, organization_id, token_hash, expires_at)
         VALUES ($1, $2, $3, now() + make_interval(days => $4))`,
        [newId(), organizationId, hashToken(token), FIRST_OWNER_DAYS],
      );
      return token;
    });
  }

  /** Looks and uses up nothing. @throws ProblemException `link_not_valid` */
  async find(token: string): Promise<FirstOwnerLink> {
    const rows = await this.tenancy.lookup<{ organizationId: string; linkId: string }>(
      'SELECT organization_id AS "organizationId", link_id AS "linkId" FROM find_first_owner_link($1)',
      [hashToken(token)],
    );
    const [found] = rows;
    if (found === undefined) throw problem('link_not_valid');
    return this.tenancy.run(found.organizationId, async (tx) => {
      const open: { name: string }[] = await tx.query(
        `SELECT o.name FROM first_owner_link l JOIN organization o ON o.id = l.organization_id
         WHERE l.id = $1 AND l.used_at IS NULL AND l.expires_at > now()`,
        [found.linkId],
      );
      const [organization] = open;
      if (organization === undefined || (await this.members.hasOwner(tx))) throw problem('link_not_valid');
      return { organizationId: found.organizationId, organizationName: organization.name };
    });
  }

  /**
   * The person becomes owner and is signed in; of two at once one does.
   *
   * @throws ProblemException `link_not_valid`, `validation_failed`, `credentials_wrong`
   */
  async complete(
    token: string,
    person: Credentials & { readonly name: string },
    client: Client,
  ): Promise<OpenedSession> {
    const { organizationId } = await this.find(token);
    const applicant = await this.accounts.apply(person);
    return this.tenancy.run(organizationId, async (tx) => {
      await lockMembers(tx, organizationId);
      await this.#use(tx, token);
      const userId = await this.accounts.enter(tx, applicant);
      await this.members.add(tx, organizationId, userId, 'owner');
      await tx.query(`UPDATE membership SET role = 'owner' WHERE user_id = $1`, [userId]);
      await this.trail.record(tx, organizationId, {
        action: 'member.joined',
        resource: { id: userId, label: person.email },
        actor: { kind: 'user', id: userId, label: person.email },
        details: { role: 'owner', by: 'first_owner_link' },
      });
      return this.sessions.open(tx, organizationId, userId, client);
    });
  }

  async #use(tx: EntityManager, token: string): Promise<void> {
    const [, used]: [unknown, number] = await tx.query(
      `UPDATE first_owner_link SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()`,
      [hashToken(token)],
    );
    if (used !== 1 || (await this.members.hasOwner(tx))) throw problem('link_not_valid');
  }
}
