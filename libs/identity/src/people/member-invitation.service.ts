import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { notFound, problem } from '@rekomi/http';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import type { Role } from '../access/role.js';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Client, OpenedSession } from '../sessions/session.js';
import { SessionService } from '../sessions/session.service.js';
import { generateToken, hashToken } from '../sessions/session-token.js';
import { INVITATION_DAYS } from './link-lifetimes.js';
import { type Changer, MemberService, requireRole } from './member.service.js';
import { lockMembers } from './organization-lock.js';
import { type Applicant, UserAccountService } from './user-account.service.js';

export type MemberInvitationState = 'open' | 'accepted' | 'revoked' | 'expired';

export interface MemberInvitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly state: MemberInvitationState;
  /** Address of the person who invited. */
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** What somebody sees who opened the link of an invitation. */
export interface OpenInvitation {
  readonly organizationId: string;
  readonly organizationName: string;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: string;
}

/** How the invited person proves to be somebody: by being signed in, or with a password, chosen now or before. */
export type Acceptance =
  | { readonly signedIn: { readonly userId: string; readonly email: string } }
  | { readonly email: string; readonly name: string; readonly password: string };

const STATE = `CASE WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN revoked_at IS NOT NULL THEN 'revoked'
  WHEN expires_at <= now() THEN 'expired' ELSE 'open' END`;
const COLUMNS = `id, email, role, ${STATE} AS state, invited_by AS "invitedBy", created_at AS "createdAt",
  expires_at AS "expiresAt"`;

/** Invitations of colleagues: personal, for one address, once. */
@Injectable()
export class MemberInvitationService {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly accounts: UserAccountService,
    private readonly members: MemberService,
    private readonly sessions: SessionService,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * In a transaction of the organisation. An open invitation of the same address is replaced.
   *
   * @throws ProblemException `role_missing`, `already_exists`
   */
  async create(
    tx: EntityManager,
    changer: Changer,
    invitedBy: string,
    wanted: { readonly email: string; readonly role: Role },
  ): Promise<{ readonly invitation: MemberInvitation; readonly token: string }> {
    await lockMembers(tx, changer.organizationId);
    await requireRole(tx, changer, wanted.role);
    await requireNoMember(tx, wanted.email);
    await this.#replace(tx, changer, wanted.email);
    const token = generateToken();
    const rows: MemberInvitation[] = await tx.query(
      `INSERT INTO member_invitation (id, organization_id, email, role, token_hash, invited_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7)) RETURNING ${COLUMNS}`,
      [
        ...[newId(), changer.organizationId, wanted.email, wanted.role, hashToken(token)],
        ...[invitedBy, INVITATION_DAYS],
      ],
    );
    const [invitation] = rows;
    if (invitation === undefined) throw new Error('INSERT INTO member_invitation returned no row.');
    return { invitation, token };
  }

  /** In a transaction of the organisation. @param before id of the last one known; the newest come first. */
  list(tx: EntityManager, before: string | undefined, limit: number): Promise<MemberInvitation[]> {
    return tx.query<MemberInvitation[]>(
      `SELECT ${COLUMNS} FROM member_invitation WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2`,
      [before ?? null, limit],
    );
  }

  /** In a transaction of the organisation. @throws ProblemException `not_found`, `role_missing`, `state_conflict` */
  async revoke(tx: EntityManager, changer: Changer, id: string): Promise<MemberInvitation> {
    const rows: MemberInvitation[] = await tx.query(
      `SELECT ${COLUMNS} FROM member_invitation WHERE id = $1 FOR UPDATE`,
      [id],
    );
    const [invitation] = rows;
    if (invitation === undefined) throw notFound('invitation', id);
    await requireRole(tx, changer, invitation.role);
    if (invitation.state === 'accepted') {
      throw problem('state_conflict', {
        detail: 'The invitation was accepted. Remove the member instead.',
      });
    }
    await tx.query('UPDATE member_invitation SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1', [
      id,
    ]);
    return { ...invitation, state: 'revoked' };
  }

  /** Looks and uses up nothing. @throws ProblemException `link_not_valid` */
  async find(token: string): Promise<OpenInvitation> {
    const ids = await this.#lookUp(token);
    const rows = await this.tenancy.run(ids.organizationId, (tx) =>
      tx.query<(OpenInvitation & { state: MemberInvitationState })[]>(
        `SELECT o.id AS "organizationId", o.name AS "organizationName", i.email, i.role,
           i.invited_by AS "invitedBy", ${STATE} AS state
         FROM member_invitation i JOIN organization o ON o.id = i.organization_id WHERE i.id = $1`,
        [ids.invitationId],
      ),
    );
    const [found] = rows;
    if (found?.state !== 'open') throw notValid(found?.state);
    const { state, ...invitation } = found;
    return invitation;
  }

  /**
   * The person joins and is signed in there; of two at once one does.
   *
   * @throws ProblemException `link_not_valid`, `invitation_for_another`, `credentials_wrong`, `validation_failed`
   */
  async accept(token: string, acceptance: Acceptance, client: Client): Promise<OpenedSession> {
    const { organizationId, email } = await this.find(token);
    const given = 'signedIn' in acceptance ? acceptance.signedIn.email : acceptance.email;
    if (given.toLowerCase() !== email.toLowerCase()) throw problem('invitation_for_another');
    const applicant: Applicant =
      'signedIn' in acceptance
        ? { userId: acceptance.signedIn.userId }
        : await this.accounts.apply({ ...acceptance, email });
    return this.tenancy.run(organizationId, async (tx) => {
      await lockMembers(tx, organizationId);
      const role = await this.#use(tx, token);
      const userId = await this.accounts.enter(tx, applicant);
      await this.members.add(tx, organizationId, userId, role);
      await this.trail.record(tx, organizationId, {
        action: 'member.joined',
        resource: { id: userId, label: email },
        actor: { kind: 'user', id: userId, label: email },
        details: { role, by: 'invitation' },
      });
      return this.sessions.open(tx, organizationId, userId, client);
    });
  }

  async #lookUp(token: string): Promise<{ readonly organizationId: string; readonly invitationId: string }> {
    const rows = await this.tenancy.lookup<{ organizationId: string; invitationId: string }>(
      `SELECT organization_id AS "organizationId", invitation_id AS "invitationId" FROM find_member_invitation($1)`,
      [hashToken(token)],
    );
    const [found] = rows;
    if (found === undefined) throw notValid(undefined);
    return found;
  }

  async #use(tx: EntityManager, token: string): Promise<Role> {
    const [rows]: [{ role: Role }[], number] = await tx.query(
      `UPDATE member_invitation SET accepted_at = now()
       WHERE token_hash = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now() RETURNING role`,
      [hashToken(token)],
    );
    const [used] = rows;
    if (used === undefined) throw notValid('accepted');
    return used.role;
  }

  /** An admin does not take back what an owner offered: the role of the open one has to be one they may decide about. */
  async #replace(tx: EntityManager, changer: Changer, email: string): Promise<void> {
    const open: { id: string; role: Role }[] = await tx.query(
      `SELECT id, role FROM member_invitation
       WHERE email_key = lower($1) AND accepted_at IS NULL AND revoked_at IS NULL`,
      [email],
    );
    for (const { id, role } of open) {
      await requireRole(tx, changer, role);
      await tx.query('UPDATE member_invitation SET revoked_at = now() WHERE id = $1', [id]);
    }
  }
}

async function requireNoMember(tx: EntityManager, email: string): Promise<void> {
  const members: unknown[] = await tx.query(
    `SELECT 1 FROM app_user u JOIN membership m ON m.user_id = u.id WHERE u.email_key = lower($1)`,
    [email],
  );
  if (members.length === 0) return;
  const detail = 'The person with this address belongs to the organisation already.';
  throw problem('already_exists', { detail, errors: [{ pointer: '#/email', code: 'taken', detail }] });
}

function notValid(state: MemberInvitationState | undefined): Error {
  const details: Readonly<Record<MemberInvitationState, string>> = {
    open: '',
    accepted: 'This invitation was accepted already. If that was you, sign in.',
    revoked: 'This invitation was withdrawn, or replaced by a newer one.',
    expired: `This invitation was not accepted within ${INVITATION_DAYS} days.`,
  };
  const detail = state === undefined ? undefined : details[state];
  return problem('link_not_valid', detail === undefined ? {} : { detail });
}
