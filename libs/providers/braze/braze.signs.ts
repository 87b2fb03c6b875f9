import type { PositiveSign } from '@rekomi/provider-contract';

const PAGES = 'https://www.braze.com/docs/api/endpoints/user_data (2026-08)';

/** How the vendor says that it took something; written from its pages. */
export const SIGNS: readonly PositiveSign[] = [
  {
    calls: ['upsertContact', 'upsertContacts'],
    of: 'contact',
    request: 'POST /users/track',
    status: 'success',
    body: {
      message: { is: 'success' },
      errors: { named: { index: 'index', array: 'input_array', items: ['attributes', 'events'] } },
    },
    source: PAGES,
  },
  {
    calls: ['trackEvent', 'trackEvents'],
    of: 'event',
    request: 'POST /users/track',
    status: 'success',
    body: {
      message: { is: 'success' },
      errors: { named: { index: 'index', array: 'input_array', items: ['attributes', 'events'] } },
    },
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'POST /users/track',
    status: 'success',
    body: {
      message: { is: 'success' },
      errors: { named: { index: 'index', array: 'input_array', items: ['attributes', 'events'] } },
    },
    source: PAGES,
  },
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'POST /users/delete',
    status: 'success',
    body: { message: { is: 'success' }, errors: 'nothing' },
    source: PAGES,
  },
  // During maintenance things are queued, and the vendor says that in place of a success.
  {
    calls: ['upsertContact', 'upsertContacts'],
    of: 'contact',
    request: 'POST /users/track',
    status: 'success',
    body: {
      message: { is: 'queued' },
      errors: { named: { index: 'index', array: 'input_array', items: ['attributes', 'events'] } },
    },
    optional: true,
    source: PAGES,
  },
  {
    calls: ['trackEvent', 'trackEvents'],
    of: 'event',
    request: 'POST /users/track',
    status: 'success',
    body: {
      message: { is: 'queued' },
      errors: { named: { index: 'index', array: 'input_array', items: ['attributes', 'events'] } },
    },
    optional: true,
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'POST /users/track',
    status: 'success',
    body: {
      message: { is: 'queued' },
      errors: { named: { index: 'index', array: 'input_array', items: ['attributes', 'events'] } },
    },
    optional: true,
    source: PAGES,
  },
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'POST /users/delete',
    status: 'success',
    body: { message: { is: 'queued' }, errors: 'nothing' },
    optional: true,
    source: PAGES,
  },
];
