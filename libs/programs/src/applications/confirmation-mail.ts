import type { MailMessage } from '@rekomi/mail';

export interface ConfirmationMail {
  readonly to: string;
  readonly organizationName: string;
  readonly campaignName: string;
  readonly link: string;
  readonly days: number;
}

/** Names come from the merchant, everything else is ours: nothing that a stranger typed is ever mailed to others. */
export function confirmationMail(mail: ConfirmationMail): MailMessage {
  const { to, organizationName, campaignName, link, days } = mail;
  return {
    to,
    purpose: 'address_confirmation',
    subject: `Please confirm your address for ${organizationName}`,
    text: [
      'Hello,',
      `somebody, most likely you, applied for “${campaignName}” at ${organizationName} with this address. To confirm that the address is yours, open this page and press the button on it:`,
      link,
      `The link works for ${days} days. If you did not apply, there is nothing to do: without your confirmation the address counts as unconfirmed.`,
    ].join('\n\n'),
  };
}
