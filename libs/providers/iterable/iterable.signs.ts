import type { PositiveSign } from '@rekomi/provider-contract';

const PAGES = 'https://api.iterable.com/api/docs (Swagger 1.8, 2026-11)';

/** How the vendor says that it took something; written from its pages. */
export const SIGNS: readonly PositiveSign[] = [
  // What is gone needs no taking back.
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'POST /api/lists/unsubscribe',
    status: [200],
    body: { 'failedUpdates.forgottenEmails': 'something' },
    optional: true,
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'POST /api/lists/unsubscribe',
    status: [400, 404, 405, 406, 408, 409, 410, 411, 413, 415, 418, 422, 423, 425, 431, 451, 499],
    body: { code: 'something' },
    optional: true,
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'contact',
    request: 'POST /api/lists/subscribe',
    status: [200],
    body: { failCount: { is: 0 }, successCount: 'count' },
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'membership',
    request: 'POST /api/lists/subscribe',
    status: [200],
    body: { failCount: { is: 0 }, successCount: 'count' },
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'contact',
    request: 'POST /api/users/update',
    status: [200],
    body: { code: { is: 'Success' } },
    source: PAGES,
  },
  {
    calls: ['trackEvent'],
    of: 'event',
    request: 'POST /api/events/track',
    status: [200],
    body: { code: { is: 'Success' } },
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'POST /api/lists/unsubscribe',
    status: [200],
    body: { failCount: { is: 0 }, successCount: 'count' },
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'POST /api/users/update',
    status: [200],
    body: { code: { is: 'Success' } },
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'POST /api/lists/unsubscribe',
    status: [200],
    body: { 'failedUpdates.notFoundEmails': 'something' },
    optional: true,
    source: PAGES,
  },
  {
    calls: ['createAudience'],
    of: 'audience',
    request: 'POST /api/lists',
    status: [200],
    body: { listId: 'id' },
    source: PAGES,
  },
];
