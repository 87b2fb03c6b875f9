import { MailOutbox } from '@rekomi/mail';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { noticeMail } from './notice-mail.js';

/** Something changed for the worse, or a person has to act. Told once per change of state, never once per failure. */
export interface NewNotice {
  /** What it is about and what became of it: `webhook_endpoint.disabled`. */
  readonly kind: string;
  readonly subjectId: string;
  /** What people call the subject. Never a secret. */
  readonly subjectLabel: string;
  /** Its cause and fix stand in the table of codes. */
  readonly code: string;
  /** What happened, in a sentence. */
  readonly detail: string;
  /** What to do about it, in a sentence or two. */
  readonly fix: string;
}

export interface Notice {
  readonly id: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly subjectLabel: string;
  readonly code: string;
  readonly detail: string;
  readonly occurredAt: Date;
  /** Null while the matter is open. */
  readonly resolvedAt: Date | null;
}

export interface NoticeFilter {
  readonly open?: boolean;
}

/** Where people read what stopped working; owners get it by mail as well, where there is a mail server. */
@Injectable()
export class NoticeBoard {
  constructor(private readonly mails: MailOutbox) {}

  /** In the transaction of the change it tells of. */
  async post(tx: EntityManager, organizationId: string, notice: NewNotice): Promise<void> {
    await tx.query(
      `INSERT INTO notice (id, organization_id, kind, subject_id, subject_label, code, detail)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        ...[newId(), organizationId, notice.kind, notice.subjectId],
        ...[notice.subjectLabel, notice.code, notice.detail],
      ],
    );
    if (!this.mails.configured) return;
    const owners: { email: string }[] = await tx.query(
      `SELECT u.email FROM membership m JOIN app_user u ON u.id = m.user_id
        WHERE m.organization_id = $1 AND m.role = 'owner' ORDER BY u.id`,
      [organizationId],
    );
    await this.mails.record(
      tx,
      organizationId,
      owners.map(({ email }) => noticeMail(email, notice)),
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
      `SELECT id, kind, subject_id AS "subjectId", subject_label AS "subjectLabel", code, detail,
              occurred_at AS "occurredAt", resolved_at AS "resolvedAt"
         FROM notice
        WHERE organization_id = $1 AND ($2::boolean IS NULL OR (resolved_at IS NULL) = $2)
          AND ($3::uuid IS NULL OR id < $3)
        ORDER BY id DESC LIMIT $4`,
      [organizationId, filter.open ?? null, page.after ?? null, page.limit + 1],
    );
  }
}
