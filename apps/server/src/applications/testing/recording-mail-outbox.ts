import { MailOutbox, type MailMessage } from '@rekomi/mail';

/** Keeps what would be mailed. */
export class RecordingMailOutbox extends MailOutbox {
  configured = false;
  readonly messages: MailMessage[] = [];

  async record(_tx: unknown, _organizationId: string, messages: readonly MailMessage[]): Promise<void> {
    if (!this.configured) throw new Error('No mail server is configured.');
    this.messages.push(...messages);
  }
}
