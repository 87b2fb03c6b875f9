import type { MailMessage } from '@rekomi/mail';

import type { Notice } from './notice.js';

/** @param to the address of an owner or admin. */
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

/** What the table of codes says about a notice. */
export interface NoticeWords {
  readonly title: string;
  readonly fix: string;
  /** Where more about it stands. */
  readonly link: string;
}

const ENDING = 'You get one such mail an hour at the most, never one for each contact.';

/** All that is new about one subject. @param news oldest first, at least one. */
export function summaryMail(to: string, news: readonly (Notice & NoticeWords)[]): MailMessage {
  const label = news[0]?.subjectLabel ?? '';
  const open = news.some(({ resolvedAt }) => resolvedAt === null);
  return {
    to,
    subject: open ? `Something needs your attention: ${label}` : `It works again: ${label}`,
    text: [...news.flatMap((notice) => [...paragraph(notice), '']), ENDING].join('\n'),
    purpose: 'notice',
  };
}

function paragraph(notice: Notice & NoticeWords): readonly string[] {
  const { title, detail, fix, link, occurredAt, resolvedAt } = notice;
  if (resolvedAt === null) return [detail, '', fix, link];
  return [
    `${notice.subjectLabel}: that is over since ${resolvedAt.toISOString()}. It began ${occurredAt.toISOString()}.`,
    `What it was: ${title}. What waited goes on in order.`,
  ];
}
