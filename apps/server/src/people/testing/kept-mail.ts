import { type MailMessage, MailOutbox } from '@rekomi/mail';

/** Keeps what would be mailed. */
export class KeptMail extends MailOutbox {
  readonly messages: MailMessage[] = [];

  constructor(readonly configured: boolean) {
    super();
  }

  record(_tx: unknown, _organizationId: string, messages: readonly MailMessage[]): Promise<void> {
    this.messages.push(...messages);
    return Promise.resolve();
  }

  /** The token of the link in the last mail to an address. */
  tokenFor(email: string): string | undefined {
    const mail = this.messages.findLast(({ to }) => to === email);
    return /\/account\/\w+\/([\w-]{43})/.exec(mail?.text ?? '')?.[1];
  }
}
