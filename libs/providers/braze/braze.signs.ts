import type { PositiveSign } from '@rekomi/provider-contract';

const PAGES = 'https://www.braze.com/docs/api/endpoints/user_data (2026-08)';

/** Written by `POST /users/track`: whoever is not named among the errors was taken. */
const TRACKED: readonly Pick<PositiveSign, 'calls' | 'of'>[] = [
  { calls: ['upsertContact', 'upsertContacts'], of: 'contact' },
  { calls: ['trackEvent', 'trackEvents'], of: 'event' },
  { calls: ['removeContact'], of: 'taking-back' },
];

/** How the vendor says that it took something; written from its pages. */
export const SIGNS: readonly PositiveSign[] = [
  ...signs('success'),
  // During maintenance things are queued, and the vendor says that in place of a success.
  ...signs('queued').map((sign): PositiveSign => ({ ...sign, optional: true })),
];

function signs(message: string): readonly PositiveSign[] {
  const named = { index: 'index', array: 'input_array', items: ['attributes', 'events'] };
  return [
    ...TRACKED.map((written): PositiveSign => ({
      ...written,
      request: 'POST /users/track',
      status: 'success',
      body: { message: { is: message }, errors: { named } },
      source: PAGES,
    })),
    {
      calls: ['eraseContact'],
      of: 'erasure',
      request: 'POST /users/delete',
      status: 'success',
      body: { message: { is: message }, errors: 'nothing' },
      source: PAGES,
    },
  ];
}
