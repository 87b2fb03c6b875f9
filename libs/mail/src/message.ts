/** One mail to one person. Plain text always, so that every reader can show it. */
export interface MailMessage {
  /** A bare address; names of recipients are not needed and are one more way to break a header. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Address that a mail program posts to for one-click unsubscribing (RFC 8058). */
  readonly unsubscribeUrl?: string;
  /** What the mail is for, in one word of the log: `invite`, `password_reset`, `member_invitation`. */
  readonly purpose: string;
}
