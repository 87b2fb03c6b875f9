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
}

export interface Notice extends NewNotice {
  readonly id: string;
  readonly occurredAt: Date;
  /** Null while the matter is open. */
  readonly resolvedAt: Date | null;
  /** Null: nobody of the organisation has marked it as read. */
  readonly readAt: Date | null;
}

export interface NoticeFilter {
  readonly open?: boolean;
  readonly read?: boolean;
  readonly subjectId?: string;
}
