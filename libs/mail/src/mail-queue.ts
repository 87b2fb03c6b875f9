import type { Tenancy } from '@rekomi/database';

import { TRIED_FOR_HOURS } from './retry-delay.js';
import type { StoredMail } from './stored-mail.js';

export interface ClaimedMail {
  readonly organizationId: string;
  readonly mailId: string;
  readonly claim: string;
}

/** Mails are forgotten this long after they were sent or given up. */
export const MAIL_KEPT_DAYS = 90;

/** The rows of mail, as a sender needs them. Whoever claimed a mail is the only one who can settle it. */
export class MailQueue {
  constructor(private readonly tenancy: Tenancy) {}

  /** Mails that are due, and those that a sender which is gone has left. */
  async claim(claim: string, most: number, leaseSeconds: number): Promise<readonly ClaimedMail[]> {
    const rows = await this.tenancy.lookup<{ organization_id: string; mail_id: string }>(
      'SELECT organization_id, mail_id FROM claim_mails($1, $2, make_interval(secs => $3))',
      [claim, most, leaseSeconds],
    );
    return rows.map((row) => ({ organizationId: row.organization_id, mailId: row.mail_id, claim }));
  }

  /** Undefined when the claim has run out and somebody else took the mail. */
  async read({ organizationId, mailId, claim }: ClaimedMail): Promise<StoredMail | undefined> {
    const rows = await this.tenancy.run(organizationId, (tx) =>
      tx.query<StoredMail[]>(
        `SELECT id, message_id AS "messageId", recipient, subject, body_text AS text, body_html AS html,
           unsubscribe_url AS "unsubscribeUrl", purpose, attempts
         FROM mail WHERE id = $1 AND claim = $2 AND state = 'sending'`,
        [mailId, claim],
      ),
    );
    return rows[0];
  }

  async settle(mail: ClaimedMail, state: 'sent' | 'failed', error?: string): Promise<void> {
    await this.#update(
      mail,
      `state = $3, settled_at = now(), last_error = $4, claim = NULL, body_text = NULL, body_html = NULL, unsubscribe_url = NULL`,
      [state, error ?? null],
    );
  }

  /** Back into the queue, or given up when it was tried for long enough. @returns whether it was given up. */
  async retry(mail: ClaimedMail, delaySeconds: number, error: string): Promise<boolean> {
    const rows = await this.#update(
      mail,
      `state = CASE WHEN old THEN 'failed' ELSE 'queued' END, settled_at = CASE WHEN old THEN now() END,
       body_text = CASE WHEN NOT old THEN body_text END, body_html = CASE WHEN NOT old THEN body_html END,
       unsubscribe_url = CASE WHEN NOT old THEN unsubscribe_url END,
       last_error = $4, claim = NULL, next_at = now() + make_interval(secs => $3)`,
      [delaySeconds, error],
    );
    return rows[0]?.state === 'failed';
  }

  async #update(
    { organizationId, mailId, claim }: ClaimedMail,
    set: string,
    parameters: readonly unknown[],
  ): Promise<readonly { readonly state: string }[]> {
    const [rows] = await this.tenancy.run(organizationId, (tx) =>
      tx.query<[{ state: string }[], number]>(
        `UPDATE mail m SET ${set}
         FROM (SELECT organization_id, id, created_at < now() - make_interval(hours => ${TRIED_FOR_HOURS}) AS old
               FROM mail WHERE id = $1) age
         WHERE m.organization_id = age.organization_id AND m.id = age.id AND m.claim = $2 AND m.state = 'sending'
         RETURNING m.state`,
        [mailId, claim, ...parameters],
      ),
    );
    return rows;
  }
}
