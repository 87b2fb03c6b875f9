import { Injectable } from '@nestjs/common';
import { MailOutbox } from '@rekomi/mail';

import { chunks } from '../chunks.js';
import type { Campaign } from '../entities/index.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { InviteLinks } from './invite-links.js';
import { inviteMail, inviteMailProblems, type InviteMailTexts } from './invite-mail.js';
import { noteMailed } from './invite-statements.js';

interface Recipient {
  readonly id: string;
  readonly email: string;
  readonly firstName: string | null;
  readonly name: string | null;
  readonly expiresAt: Date;
  readonly organization: string;
}

/** Whom a suppression that came meanwhile keeps from being mailed is not among them. */
const RECIPIENTS = `
  SELECT i.id, a.email, a.first_name AS "firstName", a.full_name AS name, i.expires_at AS "expiresAt", o.name AS organization
    FROM invite i
    JOIN affiliate a ON a.organization_id = i.organization_id AND a.id = i.affiliate_id
    JOIN organization o ON o.id = i.organization_id
   WHERE i.organization_id = $1 AND i.id = ANY ($2::uuid[]) AND i.state = 'open' AND i.expires_at > now()
     AND NOT EXISTS (SELECT FROM suppression s
                      WHERE s.organization_id = $1 AND s.email_key = a.email_key AND s.lifted_at IS NULL)
   ORDER BY i.id`;

/** Leaves invitations for the mail server, in the transaction that makes or renews them. */
@Injectable()
export class InviteMailer {
  constructor(
    private readonly outbox: MailOutbox,
    private readonly links: InviteLinks,
  ) {}

  /** Whether mail can be sent at all, and with these texts. @param pointer where they stand in the body. */
  check(texts: InviteMailTexts, pointer: string): ProgramResult<undefined> {
    if (!this.outbox.configured) {
      const detail =
        'No mail server is set up, so nothing can be mailed. Set SMTP_URL, or invite without sending mail.';
      return denied({ reason: 'conflict', errors: [{ pointer, code: 'mail_not_configured', detail }] });
    }
    const errors = inviteMailProblems(texts, pointer);
    return errors.length === 0 ? granted(undefined) : denied({ reason: 'invalid', errors });
  }

  /** @returns ids of the invites that are mailed. */
  async send(
    work: UnitOfWork,
    campaign: Pick<Campaign, 'name'>,
    texts: InviteMailTexts,
    inviteIds: readonly string[],
  ): Promise<readonly string[]> {
    const mailed: string[] = [];
    for (const chunk of chunks(inviteIds)) {
      const recipients: Recipient[] = await work.tx.query(RECIPIENTS, [work.organizationId, chunk]);
      const messages = recipients.map(({ id, email, ...person }) =>
        inviteMail(texts, {
          to: email,
          ...person,
          campaign: campaign.name,
          inviteUrl: this.links.invite(id),
          unsubscribeUrl: this.links.unsubscribe(id),
        }),
      );
      await this.outbox.record(work.tx, work.organizationId, messages);
      await noteMailed(
        work,
        recipients.map(({ id }) => id),
      );
      mailed.push(...recipients.map(({ id }) => id));
    }
    return mailed;
  }
}
