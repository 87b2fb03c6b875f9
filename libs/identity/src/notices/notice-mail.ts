import type { MailMessage } from '@rekomi/mail';

/** @param to an owner's address. */
export function noticeMail(
  to: string,
  notice: { readonly subjectLabel: string; readonly detail: string; readonly fix: string },
): MailMessage {
  return {
    to,
    subject: `Something needs your attention: ${notice.subjectLabel}`,
    text: [notice.detail, '', notice.fix, '', 'This is told once, not for every message that fails.'].join(
      '\n',
    ),
    purpose: 'notice',
  };
}
