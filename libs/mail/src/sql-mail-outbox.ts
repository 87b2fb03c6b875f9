import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';

import { isBareAddress, senderDomain } from './mail-address.js';
import { MailOutbox } from './mail-outbox.js';
import type { MailMessage } from './message.js';

/** Rows per statement. */
const CHUNK = 1000;
const LONGEST_SUBJECT = 500;

/** Leaves mail in the database, for the senders of all worker processes. */
export class SqlMailOutbox extends MailOutbox {
  readonly configured: boolean;
  readonly #domain: string;

  constructor(options: { readonly configured: boolean; readonly from: string }) {
    super();
    this.configured = options.configured;
    this.#domain = senderDomain(options.from);
  }

  override async record(
    tx: EntityManager,
    organizationId: string,
    messages: readonly MailMessage[],
  ): Promise<void> {
    if (!this.configured)
      throw new Error('Mail was recorded although SMTP_URL is not set. Ask `configured` first.');
    for (let start = 0; start < messages.length; start += CHUNK) {
      await this.#insert(tx, organizationId, messages.slice(start, start + CHUNK));
    }
  }

  async #insert(tx: EntityManager, organizationId: string, messages: readonly MailMessage[]): Promise<void> {
    const rows = messages.map((message) => this.#row(message));
    await tx.query(
      `INSERT INTO mail (id, organization_id, message_id, recipient, subject, body_text, body_html, unsubscribe_url, purpose, urgent)
       SELECT m.id, $1, m.message_id, m.recipient, m.subject, m.body_text, m.body_html, m.unsubscribe_url, m.purpose,
         m.unsubscribe_url IS NULL
       FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
         AS m(id, message_id, recipient, subject, body_text, body_html, unsubscribe_url, purpose)`,
      [
        organizationId,
        rows.map(({ id }) => id),
        rows.map(({ messageId }) => messageId),
        rows.map(({ to }) => to),
        rows.map(({ subject }) => subject),
        rows.map(({ text }) => text),
        rows.map(({ html }) => html),
        rows.map(({ unsubscribeUrl }) => unsubscribeUrl),
        rows.map(({ purpose }) => purpose),
      ],
    );
  }

  #row(message: MailMessage): Readonly<Record<keyof MailMessage | 'id' | 'messageId', string | null>> {
    const { to, purpose } = message;
    if (!isBareAddress(to)) throw new Error('A mail’s recipient is not one bare address.');
    const id = newId();
    return {
      ...{ id, to, purpose, messageId: `<${id}@${this.#domain}>` },
      subject: oneLine(message.subject),
      text: withoutZero(message.text),
      html: message.html === undefined ? null : withoutZero(message.html),
      unsubscribeUrl: message.unsubscribeUrl === undefined ? null : webAddress(message.unsubscribeUrl),
    };
  }
}

/** A header is one line: whatever names a merchant gave, nothing of them can begin another header. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_SUBJECT);
}

function withoutZero(text: string): string {
  return text.replaceAll('\0', '');
}

/** As `URL` writes it, an address has neither spaces nor line breaks nor angle brackets. */
function webAddress(text: string): string {
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new Error('An unsubscribe address begins with https:// or http://.');
  }
  return url.href.replace(/[<>]/g, encodeURIComponent);
}
