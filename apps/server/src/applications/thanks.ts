import type { ApplicationPageView } from './application-pages.js';
import { paragraphsOf } from './paragraphs.js';

/** What people read after they applied. */
export function thanksOf({ form, organizationName, asksForConfirmation }: ApplicationPageView): {
  readonly title: string;
  readonly paragraphs: readonly string[];
} {
  const usual = `${organizationName} has received your application and will write to you at the address you gave.`;
  return {
    title: form.texts.thanksTitle ?? 'Thank you',
    paragraphs: [
      ...(form.texts.thanksText === null ? [usual] : paragraphsOf(form.texts.thanksText)),
      ...(asksForConfirmation
        ? [
            'Unless it is confirmed already, please confirm your address now: a mail with a link is on its way to you. Look into the spam folder as well.',
          ]
        : []),
    ],
  };
}
