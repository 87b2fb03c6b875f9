import type { PositiveSign } from '@rekomi/provider-contract';

const PAGES = 'https://docs.customer.io/integrations/api/track/ (2026-08)';

/** How the vendor says that it took something; written from its pages. */
export const SIGNS: readonly PositiveSign[] = [
  {
    calls: ['upsertContacts'],
    of: 'contact',
    request: 'POST /api/v2/batch',
    status: [207],
    body: {
      errors: { named: { index: 'batch_index', items: ['batch'] } },
      'meta.error': 'nothing',
      'meta.errors': 'nothing',
    },
    optional: true,
    source: PAGES,
  },
  {
    calls: ['trackEvents'],
    of: 'event',
    request: 'POST /api/v2/batch',
    status: [207],
    body: {
      errors: { named: { index: 'batch_index', items: ['batch'] } },
      'meta.error': 'nothing',
      'meta.errors': 'nothing',
    },
    optional: true,
    source: PAGES,
  },
  // Out of a segment that is gone is out, whoever says so.
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'POST /api/v1/segments/:id/remove_customers',
    status: [400, 404, 422],
    optional: true,
    source: PAGES,
  },
  ...['errors', 'meta.error', 'meta.errors'].map((place): PositiveSign => ({
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'POST /api/v1/segments/:id/remove_customers',
    status: [200, 201, 202, 203, 204, 205, 206, 207, 226, 299],
    body: { [place]: 'something' },
    optional: true,
    source: PAGES,
  })),
  {
    calls: ['upsertContact'],
    of: 'contact',
    request: 'PUT /api/v1/customers/:email',
    status: 'success',
    body: { errors: 'nothing', 'meta.error': 'nothing', 'meta.errors': 'nothing' },
    source: PAGES,
  },
  {
    calls: ['upsertContact', 'upsertContacts'],
    of: 'membership',
    request: 'POST /api/v1/segments/:id/add_customers',
    status: 'success',
    body: { errors: 'nothing', 'meta.error': 'nothing', 'meta.errors': 'nothing' },
    source: PAGES,
  },
  {
    calls: ['trackEvent'],
    of: 'event',
    request: 'POST /api/v1/customers/:email/events',
    status: 'success',
    body: { errors: 'nothing', 'meta.error': 'nothing', 'meta.errors': 'nothing' },
    source: PAGES,
  },
  {
    calls: ['upsertContacts'],
    of: 'contact',
    request: 'POST /api/v2/batch',
    status: 'success',
    body: {
      errors: { named: { index: 'batch_index', items: ['batch'] } },
      'meta.error': 'nothing',
      'meta.errors': 'nothing',
    },
    source: PAGES,
  },
  {
    calls: ['trackEvents'],
    of: 'event',
    request: 'POST /api/v2/batch',
    status: 'success',
    body: {
      errors: { named: { index: 'batch_index', items: ['batch'] } },
      'meta.error': 'nothing',
      'meta.errors': 'nothing',
    },
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'PUT /api/v1/customers/:email',
    status: 'success',
    body: { errors: 'nothing', 'meta.error': 'nothing', 'meta.errors': 'nothing' },
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'POST /api/v1/segments/:id/remove_customers',
    status: 'success',
    body: { errors: 'nothing', 'meta.error': 'nothing', 'meta.errors': 'nothing' },
    source: PAGES,
  },
  {
    calls: ['createAudience'],
    of: 'audience',
    request: 'POST /v1/segments',
    status: 'success',
    body: { 'segment.id': 'id' },
    source: PAGES,
  },
];
