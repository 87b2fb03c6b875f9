import { createTransport } from 'nodemailer';

import type { StoredMail } from './stored-mail.js';

export type SmtpOutcome =
  | { readonly outcome: 'sent' }
  /** The server refuses this very mail; it would do so again. */
  | { readonly outcome: 'refused'; readonly error: string }
  | { readonly outcome: 'unavailable'; readonly error: string };

export interface SmtpOptions {
  /** `smtp://USER:PASSWORD@HOST:PORT` or `smtps://…`. */
  readonly url: string;
  /** `Acme affiliates <partners@acme.example>` */
  readonly from: string;
  /** Connections at the most, each with one mail at a time. */
  readonly connections: number;
}

const CONNECT_MS = 30_000;
const SILENCE_MS = 60_000;
const LONGEST_ERROR = 500;

/** Hands mail to the merchant's mail server. */
export class SmtpClient {
  readonly #transport;

  constructor(private readonly options: SmtpOptions) {
    this.#transport = createTransport({
      pool: true,
      url: options.url,
      maxConnections: options.connections,
      // Trying again is decided here, where it is written down.
      maxRequeues: 0,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** @param signal gives up waiting; the server may have taken the mail nevertheless. */
  async send(mail: StoredMail, signal: AbortSignal): Promise<SmtpOutcome> {
    try {
      await this.#transport.sendMail({
        from: this.options.from,
        // As an object it is one recipient, whatever stands in it.
        to: { name: '', address: mail.recipient },
        subject: mail.subject,
        text: mail.text,
        ...(mail.html === null ? {} : { html: mail.html }),
        messageId: mail.messageId,
        headers: headersOf(mail),
        signal,
      });
      return { outcome: 'sent' };
    } catch (err) {
      return { outcome: isRefusal(err) ? 'refused' : 'unavailable', error: wordsOf(err) };
    }
  }

  close(): void {
    this.#transport.close({ force: true });
  }
}

/** RFC 2369 and, for one click, RFC 8058. Prepared: a folded address would not be found by every mail program. */
function headersOf({ unsubscribeUrl }: StoredMail): Record<string, { prepared: boolean; value: string }> {
  const fixed = (value: string): { prepared: boolean; value: string } => ({ prepared: true, value });
  return {
    'Auto-Submitted': fixed('auto-generated'),
    ...(unsubscribeUrl === null
      ? {}
      : {
          'List-Unsubscribe': fixed(`<${unsubscribeUrl}>`),
          'List-Unsubscribe-Post': fixed('List-Unsubscribe=One-Click'),
        }),
  };
}

/**
 * A permanent answer to the recipient or to the content. A refused sender or sign-in is the operator's to repair, and
 * the mail waits for that.
 */
function isRefusal(err: unknown): boolean {
  if (!(err instanceof Error)) return false;
  const { code, command, permanent, responseCode } = err as Error & SmtpErrorDetails;
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return false;
  if (responseCode === undefined) return code === 'EENVELOPE';
  return permanent === true && command !== 'MAIL FROM';
}

interface SmtpErrorDetails {
  readonly code?: string;
  readonly command?: string;
  readonly permanent?: boolean;
  readonly responseCode?: number;
}

/** What a server says may quote the mail; addresses of pages are taken out, because ours let somebody in. */
function wordsOf(err: unknown): string {
  const words = err instanceof Error ? err.message : String(err);
  return words
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '[link]')
    .replace(/[\p{Cc}]+/gu, ' ')
    .slice(0, LONGEST_ERROR);
}
