import type { Tenancy } from '@rekomi/database';
import type { MailOutbox } from '@rekomi/mail';
import type { EntityManager } from 'typeorm';

import type { Notice } from './notice.js';
import { type NoticeWords, summaryMail } from './notice-mail.js';
import { mailedPeople } from './notice-mail-wishes.js';

/** A subject is mailed about once in this time at the most; what happens in between comes in one mail. */
const MAILS_EVERY = '1 hour';
/** Told at a time; the rest comes with the next round. */
const AT_ONCE = 100;

/** A notice with what is new about it. */
export interface Telling extends Notice {
  readonly news: 'open' | 'over';
}

const DUE = `
  SELECT id, kind, subject_id AS "subjectId", subject_label AS "subjectLabel", code, detail, occurred_at AS "occurredAt",
         resolved_at AS "resolvedAt", read_at AS "readAt",
         CASE WHEN resolved_at IS NULL THEN 'open' ELSE 'over' END AS news`;

/**
 * Tells what stands on the board, when its time has come. What is told is noted in the transaction that puts the mail and
 * the messages out, so a process that dies loses none of them and doubles none.
 */
export class NoticeTellings {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly mails: MailOutbox,
    private readonly words: (notice: Notice) => NoticeWords,
  ) {}

  /** Organisations that have something to be told. */
  async due(most: number): Promise<readonly string[]> {
    const rows = await this.tenancy.lookup<{ id: string }>(`SELECT o AS id FROM notices_to_tell($1) o`, [
      most,
    ]);
    return rows.map(({ id }) => id);
  }

  /** One process at a time for each organisation. @returns what is new, to be announced in the same transaction. */
  async take(tx: EntityManager, organizationId: string): Promise<readonly Telling[]> {
    const locks: { free: boolean }[] = await tx.query(
      `SELECT pg_try_advisory_xact_lock(hashtext('rekomi.notices'), hashtext($1)) AS free`,
      [organizationId],
    );
    if (locks[0]?.free !== true) return [];
    const due: Telling[] = await tx.query(
      `${DUE} FROM notice WHERE organization_id = $1 AND tell_at <= now() ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE`,
      [organizationId],
    );
    if (due.length > 0) await this.note(tx, organizationId, due);
    if (this.mails.configured) await this.mail(tx, organizationId);
    else await this.dropMail(tx, organizationId);
    return due;
  }

  private async note(tx: EntityManager, organizationId: string, due: readonly Telling[]): Promise<void> {
    await tx.query(
      `UPDATE notice n SET tell_at = NULL, told = CASE WHEN n.resolved_at IS NULL THEN 'open' ELSE 'over' END,
          mail_at = CASE WHEN $3 THEN greatest(now(), (
            SELECT max(m.mailed_at) + interval '${MAILS_EVERY}' FROM notice m
             WHERE m.organization_id = $1 AND m.subject_id = n.subject_id)) END
        WHERE n.organization_id = $1 AND n.id = ANY ($2::uuid[])`,
      [organizationId, due.map(({ id }) => id), this.mails.configured],
    );
  }

  /** The mail server was taken away since: what was meant for it is on the board. */
  private async dropMail(tx: EntityManager, organizationId: string): Promise<void> {
    await tx.query(`UPDATE notice SET mail_at = NULL WHERE organization_id = $1 AND mail_at <= now()`, [
      organizationId,
    ]);
  }

  private async mail(tx: EntityManager, organizationId: string): Promise<void> {
    const waiting: Telling[] = await tx.query(
      `${DUE} FROM notice n WHERE organization_id = $1 AND mail_at IS NOT NULL AND EXISTS (
         SELECT FROM notice m WHERE m.organization_id = $1 AND m.subject_id = n.subject_id AND m.mail_at <= now())
       ORDER BY id FOR UPDATE`,
      [organizationId],
    );
    if (waiting.length === 0) return;
    await tx.query(
      `UPDATE notice SET mail_at = NULL, mailed_at = now() WHERE organization_id = $1 AND id = ANY ($2::uuid[])`,
      [organizationId, waiting.map(({ id }) => id)],
    );
    const people = await mailedPeople(tx, organizationId);
    const subjects = new Set(waiting.map(({ subjectId }) => subjectId));
    for (const subject of subjects) {
      const news = waiting.filter(({ subjectId }) => subjectId === subject);
      const told = news.map((notice) => ({ ...notice, ...this.words(notice) }));
      await this.mails.record(
        tx,
        organizationId,
        people.map((email) => summaryMail(email, told)),
      );
    }
  }
}
