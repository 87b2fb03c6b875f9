import type { PositiveSign } from '@rekomi/provider-contract';

const PAGES = 'https://developers.klaviyo.com/en/reference (revision 2026-07-15)';

/** How the vendor says that it took something; written from its pages. */
export const SIGNS: readonly PositiveSign[] = [
  {
    calls: ['upsertContact', 'upsertContacts'],
    of: 'contact',
    request: 'POST /api/profile-import',
    status: [200, 201],
    body: { 'data.id': 'id', errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['upsertContact', 'upsertContacts'],
    of: 'membership',
    request: 'POST /api/profile-subscription-bulk-create-jobs',
    status: [202],
    body: { errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['trackEvent', 'trackEvents'],
    of: 'event',
    request: 'POST /api/events',
    status: [202],
    body: { errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'PATCH /api/profiles/:id',
    status: [200],
    body: { 'data.id': 'id', errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'DELETE /api/lists/:id/relationships/profiles',
    status: [204],
    source: PAGES,
  },
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'POST /api/data-privacy-deletion-jobs',
    status: [202],
    body: { errors: 'nothing' },
    source: PAGES,
  },
  // Nobody has this address.
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'POST /api/data-privacy-deletion-jobs',
    status: [400, 404, 409, 413, 415, 422],
    body: { 'errors.0.code': { is: 'not_found' } },
    optional: true,
    source: PAGES,
  },
  {
    calls: ['createAudience'],
    of: 'audience',
    request: 'POST /api/lists',
    status: [201],
    body: { 'data.id': 'id' },
    source: PAGES,
  },
  // What is gone needs no taking back.
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'DELETE /api/lists/:id/relationships/profiles',
    status: [404],
    body: { errors: 'something' },
    optional: true,
    source: PAGES,
  },
];
