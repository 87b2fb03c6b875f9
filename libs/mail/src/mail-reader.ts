import type { Tenancy } from '@rekomi/database';

export const MAIL_STATES = ['queued', 'sending', 'sent', 'failed'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** What can be told of a mail: everything but what stands in it. */
export interface MailView {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly purpose: string;
  readonly state: MailState;
  readonly attempts: number;
  readonly messageId: string;
  readonly lastError: string | null;
  readonly createdAt: Date;
  /** Null once it is sent or given up. */
  readonly nextAttemptAt: Date | null;
  readonly settledAt: Date | null;
}

export interface MailFilter {
  readonly state?: MailState;
  readonly purpose?: string;
}

export class MailReader {
  constructor(private readonly tenancy: Tenancy) {}

  /** Newest first. */
  list(
    organizationId: string,
    filter: MailFilter,
    wanted: { readonly after?: string; readonly limit: number },
  ): Promise<readonly MailView[]> {
    return this.tenancy.run(organizationId, (tx) =>
      tx.query<MailView[]>(
        `SELECT id, recipient AS "to", subject, purpose, state, attempts, message_id AS "messageId", last_error AS "lastError",
           created_at AS "createdAt", settled_at AS "settledAt",
           CASE WHEN state = 'queued' THEN next_at END AS "nextAttemptAt"
         FROM mail
         WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR purpose = $3)
         ORDER BY id DESC LIMIT $4`,
        [wanted.after ?? null, filter.state ?? null, filter.purpose ?? null, wanted.limit],
      ),
    );
  }
}
