import type { PositiveSign } from '@rekomi/provider-contract';

const PAGES = 'https://help.getvero.com/api-reference/track/overview (2026-11)';

/** How the vendor says that it took something; written from its pages. */
export const SIGNS: readonly PositiveSign[] = [
  {
    calls: ['upsertContact'],
    of: 'contact',
    request: 'POST /api/v2/users/track',
    status: [200],
    body: { status: { is: 200 } },
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'tags',
    request: 'PUT /api/v2/users/tags/edit',
    status: [200],
    body: { status: { is: 200 } },
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'membership',
    request: 'PUT /api/v2/users/tags/edit',
    status: [200],
    body: { status: { is: 200 } },
    source: PAGES,
  },
  {
    calls: ['trackEvent'],
    of: 'event',
    request: 'POST /api/v2/events/track',
    status: [200],
    body: { status: { is: 200 } },
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'PUT /api/v2/users/tags/edit',
    status: [200],
    body: { status: { is: 200 } },
    source: PAGES,
  },
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'POST /api/v2/users/delete',
    status: [200],
    body: { status: { is: 200 } },
    source: PAGES,
  },
];
