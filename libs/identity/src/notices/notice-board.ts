import { Injectable } from '@nestjs/common';
import { MailOutbox } from '@rekomi/mail';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import type { NewNotice, Notice, NoticeFilter } from './notice.js';
import { noticeMail } from './notice-mail.js';
import { mailedPeople } from './notice-mail-wishes.js';

const COLUMNS = `n.id, n.kind, n.subject_id AS "subjectId", n.subject_label AS "subjectLabel", n.code, n.detail,
  n.occurred_at AS "occurredAt", n.resolved_at AS "resolvedAt", n.read_at AS "readAt"`;

/** Where people read what stopped working; owners and admins get it by mail as well, where there is a mail server. */
@Injectable()
export class NoticeBoard {
  constructor(private readonly mails: MailOutbox) {}

  /** Told at once, in the transaction of the change it tells of. */
  async post(tx: EntityManager, organizationId: string, notice: NewNotice & Fix): Promise<void> {
    await tx.query(
      `INSERT INTO notice (id, organization_id, kind, subject_id, subject_label, code, detail)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        ...[newId(), organizationId, notice.kind, notice.subjectId],
        ...[notice.subjectLabel, notice.code, notice.detail],
      ],
    );
    if (!this.mails.configured) return;
    const people = await mailedPeople(tx, organizationId);
    await this.mails.record(
      tx,
      organizationId,
      people.map((email) => noticeMail(email, notice)),
    );
  }

  /**
   * Open from now on, and told after `tellInMs` if it is not over by then. One of a kind and subject is open at a time: said
   * again, it changes what the notice says.
   *
   * @returns whether it is new.
   */
  async raise(
    tx: EntityManager,
    organizationId: string,
    notice: NewNotice & { readonly tellInMs: number },
  ): Promise<boolean> {
    const rows: { is_new: boolean }[] = await tx.query(
      `INSERT INTO notice AS n (id, organization_id, kind, subject_id, subject_label, code, detail, occurred_at, tell_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), clock_timestamp() + $8 * interval '1 millisecond')
       ON CONFLICT (subject_id, kind) WHERE resolved_at IS NULL AND kind LIKE 'connection.%'
         DO UPDATE SET code = excluded.code, detail = excluded.detail, subject_label = excluded.subject_label
       RETURNING n.id = $1 AS is_new`,
      [
        ...[newId(), organizationId, notice.kind, notice.subjectId],
        ...[notice.subjectLabel, notice.code, notice.detail, notice.tellInMs],
      ],
    );
    return rows[0]?.is_new === true;
  }

  /**
   * The matters of these kinds are over. Whoever was told of one is told so, unless it ends `quietly`; what nobody was told
   * of yet is never told.
   */
  async close(
    tx: EntityManager,
    organizationId: string,
    subjectId: string,
    kinds: readonly string[],
    how: 'told' | 'quietly',
  ): Promise<void> {
    await tx.query(
      `UPDATE notice SET resolved_at = clock_timestamp(),
          tell_at = CASE WHEN told = 'open' AND $4 THEN clock_timestamp() END
        WHERE organization_id = $1 AND subject_id = $2 AND kind = ANY ($3::text[]) AND resolved_at IS NULL`,
      [organizationId, subjectId, kinds, how === 'told'],
    );
  }

  /** Whether people have been told of it and it is not over. */
  async isOpen(
    tx: EntityManager,
    organizationId: string,
    { kind, subjectId }: Pick<NewNotice, 'kind' | 'subjectId'>,
  ): Promise<boolean> {
    const rows: unknown[] = await tx.query(
      `SELECT 1 FROM notice
        WHERE organization_id = $1 AND subject_id = $2 AND kind = $3 AND resolved_at IS NULL LIMIT 1`,
      [organizationId, subjectId, kind],
    );
    return rows.length > 0;
  }

  /** The matter is over: all open notices about the subject are closed. */
  async resolve(tx: EntityManager, organizationId: string, subjectId: string): Promise<void> {
    await tx.query(
      `UPDATE notice SET resolved_at = now()
        WHERE organization_id = $1 AND subject_id = $2 AND resolved_at IS NULL`,
      [organizationId, subjectId],
    );
  }

  /** Newest first; one more than `limit`, which tells whether there is more. */
  list(
    tx: EntityManager,
    organizationId: string,
    filter: NoticeFilter,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly Notice[]> {
    return tx.query(
      `SELECT ${COLUMNS} FROM notice n
        WHERE n.organization_id = $1 AND ($2::boolean IS NULL OR (n.resolved_at IS NULL) = $2)
          AND ($3::uuid IS NULL OR n.id < $3) AND ($5::boolean IS NULL OR (n.read_at IS NOT NULL) = $5)
          AND ($6::uuid IS NULL OR n.subject_id = $6)
        ORDER BY n.id DESC LIMIT $4`,
      [
        ...[organizationId, filter.open ?? null, page.after ?? null, page.limit + 1],
        ...[filter.read ?? null, filter.subjectId ?? null],
      ],
    );
  }

  /** Somebody has read it, for all of the organisation. @returns undefined when there is none of that id. */
  async markRead(tx: EntityManager, organizationId: string, id: string): Promise<Notice | undefined> {
    await tx.query(
      `UPDATE notice SET read_at = coalesce(read_at, clock_timestamp()) WHERE organization_id = $1 AND id = $2`,
      [organizationId, id],
    );
    const rows: Notice[] = await tx.query(
      `SELECT ${COLUMNS} FROM notice n WHERE n.organization_id = $1 AND n.id = $2`,
      [organizationId, id],
    );
    return rows[0];
  }

  /** All that there are. @returns how many were not read before. */
  async markAllRead(tx: EntityManager, organizationId: string): Promise<number> {
    const [, count]: [unknown[], number] = await tx.query(
      `UPDATE notice SET read_at = clock_timestamp() WHERE organization_id = $1 AND read_at IS NULL`,
      [organizationId],
    );
    return count;
  }
}

interface Fix {
  /** What to do about it, in a sentence or two. */
  readonly fix: string;
}
