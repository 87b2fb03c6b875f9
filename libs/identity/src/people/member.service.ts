import { Injectable } from '@nestjs/common';
import { notFound, problem } from '@rekomi/http';
import type { EntityManager } from 'typeorm';

import { isAtLeast, type Role } from '../access/role.js';
import { lockMembers } from './organization-lock.js';

export interface Member {
  /** Of the person. */
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** When the person joined this organisation. */
  readonly createdAt: Date;
}

/** Who changes members. */
export interface Changer {
  readonly organizationId: string;
  readonly userId: string;
}

const MEMBERS = `SELECT u.id, u.email, u.name, m.role, m.created_at AS "createdAt"
  FROM membership m JOIN app_user u ON u.id = m.user_id`;

/** Who belongs to an organisation, in which role. All methods run in a transaction of the organisation. */
@Injectable()
export class MemberService {
  /** @param after id of the last one known. */
  list(tx: EntityManager, after: string | undefined, limit: number): Promise<Member[]> {
    return tx.query<Member[]>(
      `${MEMBERS} WHERE $1::uuid IS NULL OR m.user_id > $1 ORDER BY m.user_id LIMIT $2`,
      [after ?? null, limit],
    );
  }

  /** @throws ProblemException `not_found` */
  async read(tx: EntityManager, userId: string): Promise<Member> {
    const rows: Member[] = await tx.query(`${MEMBERS} WHERE m.user_id = $1`, [userId]);
    const [member] = rows;
    if (member === undefined) throw notFound('member', userId);
    return member;
  }

  /** Somebody joins, or stays what they are when they belong to it already. The caller holds {@link lockMembers}. */
  async add(tx: EntityManager, organizationId: string, userId: string, role: Role): Promise<void> {
    await tx.query(
      `INSERT INTO membership (organization_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [organizationId, userId, role],
    );
  }

  async hasOwner(tx: EntityManager): Promise<boolean> {
    return (await countOwners(tx)) > 0;
  }

  /** @throws ProblemException `not_found`, `role_missing`, `last_owner` */
  async changeRole(tx: EntityManager, changer: Changer, userId: string, role: Role): Promise<Member> {
    const member = await this.#lock(tx, changer, userId);
    await requireRole(tx, changer, role);
    if (member.role === 'owner' && role !== 'owner') await requireAnotherOwner(tx);
    await tx.query('UPDATE membership SET role = $2 WHERE user_id = $1', [userId, role]);
    return { ...member, role };
  }

  /**
   * The person’s sessions in this organisation end with the membership, by foreign key.
   *
   * @throws ProblemException `not_found`, `role_missing`, `last_owner`
   */
  async remove(tx: EntityManager, changer: Changer, userId: string): Promise<Member> {
    const member = await this.#lock(tx, changer, userId);
    if (member.role === 'owner') await requireAnotherOwner(tx);
    await tx.query('DELETE FROM membership WHERE user_id = $1', [userId]);
    return member;
  }

  async #lock(tx: EntityManager, changer: Changer, userId: string): Promise<Member> {
    await lockMembers(tx, changer.organizationId);
    const member = await this.read(tx, userId);
    await requireRole(tx, changer, member.role);
    return member;
  }
}

/**
 * Nobody gives, takes or touches a role above their own. The role counts that the changer has now, not the one at the
 * beginning of the request.
 *
 * @throws ProblemException `role_missing`
 */
export async function requireRole(tx: EntityManager, { userId }: Changer, role: Role): Promise<void> {
  const rows: { role: Role }[] = await tx.query('SELECT role FROM membership WHERE user_id = $1', [userId]);
  const own = rows[0]?.role;
  if (own !== undefined && isAtLeast(own, 'admin') && isAtLeast(own, role)) return;
  throw problem('role_missing', {
    detail: `Whoever decides about the role ${role} has at least this role, and is admin or owner; yours is ${own ?? 'none'}.`,
  });
}

async function requireAnotherOwner(tx: EntityManager): Promise<void> {
  if ((await countOwners(tx)) < 2) throw problem('last_owner');
}

async function countOwners(tx: EntityManager): Promise<number> {
  const rows: { count: number }[] = await tx.query(
    `SELECT count(*)::integer AS count FROM membership WHERE role = 'owner'`,
  );
  return rows[0]?.count ?? 0;
}
