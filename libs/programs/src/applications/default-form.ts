import type { ApplicationForm, FormField, FormTexts } from './form.js';

const NOTHING = { hint: null, required: false, options: [], min: null, max: null, mapsTo: null } as const;

export const NO_TEXTS: FormTexts = { intro: null, submitLabel: null, thanksTitle: null, thanksText: null };

/** What a campaign asks for until somebody decides otherwise. */
export function defaultForm(organizationName: string): ApplicationForm {
  const fields: readonly FormField[] = [
    { ...NOTHING, key: 'firstName', type: 'text', label: 'First name', required: true, mapsTo: 'firstName' },
    { ...NOTHING, key: 'lastName', type: 'text', label: 'Last name', required: true, mapsTo: 'lastName' },
    { ...NOTHING, key: 'email', type: 'email', label: 'E-mail address', required: true },
    {
      ...NOTHING,
      key: 'website',
      type: 'url',
      label: 'Website or profile',
      hint: 'Where you would tell people about us, for example www.example.com.',
    },
    { ...NOTHING, key: 'country', type: 'country', label: 'Country', mapsTo: 'country' },
    {
      ...NOTHING,
      key: 'consent',
      type: 'consent',
      label: `I agree that ${organizationName} stores my details and sends me e-mails about this partner programme. I can withdraw this at any time.`,
      required: true,
    },
  ];
  return { enabled: true, fields, texts: NO_TEXTS, isDefault: true, updatedAt: null };
}
