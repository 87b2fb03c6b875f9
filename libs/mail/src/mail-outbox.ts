import type { EntityManager } from 'typeorm';

import type { MailMessage } from './message.js';

/**
 * Where mail is left to be sent. It is written in the caller's transaction: what is rolled back is never sent, what is
 * committed is sent at least once, always with the same Message-ID.
 */
export abstract class MailOutbox {
  /** Whether there is a mail server. Callers ask before they {@link record}, and show or print the link otherwise. */
  abstract readonly configured: boolean;

  /**
   * Leaves messages for the sender, in order. Suppressed recipients are the caller's to leave out.
   *
   * @throws Error when no mail server is configured, or for an address or subject that could break a header.
   */
  abstract record(tx: EntityManager, organizationId: string, messages: readonly MailMessage[]): Promise<void>;
}
