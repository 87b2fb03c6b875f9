import type { MailMessage } from '@rekomi/mail';

import { cleanText } from '../names/clean-text.js';
import type { InputProblem } from '../program-problem.js';
import { storableText } from '../text.js';

/** The merchant's own words. What is absent is ours. */
export interface InviteMailTexts {
  readonly subject?: string | null;
  readonly text?: string | null;
}

export interface InviteMailValues {
  readonly to: string;
  readonly firstName: string | null;
  readonly name: string | null;
  readonly organization: string;
  readonly campaign: string;
  readonly inviteUrl: string;
  readonly unsubscribeUrl: string;
  readonly expiresAt: Date;
}

const PLACEHOLDERS = ['first_name', 'name', 'campaign', 'organization', 'invite_url', 'expires_on'] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

const PLACEHOLDER = /\{\{\s*([\w.-]*)\s*\}\}/gu;
const LONGEST_SUBJECT = 200;
const LONGEST_TEXT = 10_000;

const SUBJECT = 'You are invited to {{campaign}}';
const TEXT = `Hello {{first_name}},

{{organization}} invites you to take part in {{campaign}}. This is your personal link:

{{invite_url}}

It works once, until {{expires_on}}.`;

/** Checks the merchant's texts before anything is sent. @param pointer where they stand: `#/mail`. */
export function inviteMailProblems(texts: InviteMailTexts, pointer: string): readonly InputProblem[] {
  const errors: InputProblem[] = [];
  for (const [field, given, longest] of [
    ['subject', texts.subject, LONGEST_SUBJECT],
    ['text', texts.text, LONGEST_TEXT],
  ] as const) {
    const text = given ?? '';
    const wrong = (code: string, detail: string): void => {
      errors.push({ pointer: `${pointer}/${field}`, code, detail });
    };
    if ([...text].length > longest) wrong('too_long', `At most ${longest} characters.`);
    for (const [whole, name = ''] of text.matchAll(PLACEHOLDER)) {
      if (isPlaceholder(name)) continue;
      const known = PLACEHOLDERS.map((one) => `{{${one}}}`).join(', ');
      wrong('unknown_placeholder', `${whole.slice(0, 100)} is no placeholder. Known are ${known}.`);
    }
    if (field === 'text' && text.trim() !== '' && !/\{\{\s*invite_url\s*\}\}/u.test(text)) {
      wrong('invite_url_missing', 'Without {{invite_url}} in the text nobody could accept.');
    }
  }
  return errors;
}

/** One mail, as text and as HTML, with a way to want no further ones. */
export function inviteMail(texts: InviteMailTexts, values: InviteMailValues): MailMessage {
  const given = texts.text ?? '';
  const body = fill(given.trim() === '' ? TEXT : storableText(given), values);
  const subject = cleanText(fill(blank(texts.subject) ? SUBJECT : (texts.subject ?? ''), values));
  const footer = `${values.organization} sent this to ${values.to}. No further invitations: ${values.unsubscribeUrl}`;
  const text = `${body.trim()}\n\n-- \n${footer}\n`;
  return {
    to: values.to,
    subject,
    text,
    html: htmlOf(text),
    unsubscribeUrl: values.unsubscribeUrl,
    purpose: 'invite',
  };
}

/** In one pass: a value that looks like a placeholder stays as it is. */
function fill(text: string, values: InviteMailValues): string {
  const of: Readonly<Record<Placeholder, string>> = {
    first_name: values.firstName ?? values.name ?? '',
    name: values.name ?? '',
    campaign: values.campaign,
    organization: values.organization,
    invite_url: values.inviteUrl,
    expires_on: values.expiresAt.toISOString().slice(0, 10),
  };
  return (
    text
      .replace(PLACEHOLDER, (whole, name: string) => (isPlaceholder(name) ? of[name] : whole))
      // Somebody without a name is greeted without a blank before the comma.
      .replace(/(\S)[ ]+([,!])/gu, (whole, before: string, sign: string) =>
        of.first_name === '' ? `${before}${sign}` : whole,
      )
  );
}

function htmlOf(text: string): string {
  const escaped = text.replace(/[&<>"']/gu, (sign) => `&#${sign.codePointAt(0)};`);
  const linked = escaped.replace(/https?:\/\/[^\s<>]+/gu, (url) => `<a href="${url}">${url}</a>`);
  return `<!doctype html><html><body>${linked.replace(/\n/gu, '<br>\n')}</body></html>`;
}

function isPlaceholder(name: string): name is Placeholder {
  return (PLACEHOLDERS as readonly string[]).includes(name);
}

function blank(text: string | null | undefined): boolean {
  return (text ?? '').trim() === '';
}
