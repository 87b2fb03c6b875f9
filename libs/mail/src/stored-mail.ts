/** A mail as the sender reads it. */
export interface StoredMail {
  readonly id: string;
  /** With its angle brackets; the same on every attempt. */
  readonly messageId: string;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly unsubscribeUrl: string | null;
  readonly purpose: string;
  readonly attempts: number;
}
