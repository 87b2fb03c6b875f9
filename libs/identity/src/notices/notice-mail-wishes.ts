import type { EntityManager } from 'typeorm';

/** Addresses of the owners and admins who get notices by mail. */
export async function mailedPeople(tx: EntityManager, organizationId: string): Promise<readonly string[]> {
  const people: { email: string }[] = await tx.query(
    `SELECT u.email FROM membership m JOIN app_user u ON u.id = m.user_id
      WHERE m.organization_id = $1 AND m.role IN ('owner', 'admin') AND m.notice_mails ORDER BY u.id`,
    [organizationId],
  );
  return people.map(({ email }) => email);
}

/** Whether a person wants notices of an organisation by mail. */
export class NoticeMailWishes {
  async get(tx: EntityManager, organizationId: string, userId: string): Promise<boolean> {
    const rows: { wanted: boolean }[] = await tx.query(
      `SELECT notice_mails AS wanted FROM membership WHERE organization_id = $1 AND user_id = $2`,
      [organizationId, userId],
    );
    return rows[0]?.wanted === true;
  }

  async set(tx: EntityManager, organizationId: string, userId: string, wanted: boolean): Promise<void> {
    await tx.query(`UPDATE membership SET notice_mails = $3 WHERE organization_id = $1 AND user_id = $2`, [
      organizationId,
      userId,
      wanted,
    ]);
  }
}
