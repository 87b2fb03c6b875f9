import type { PositiveSign } from '@rekomi/provider-contract';

const PAGES = 'https://developers.beehiiv.com/api-reference (2026-08)';

/** How the vendor says that it took something; written from its pages. */
export const SIGNS: readonly PositiveSign[] = [
  {
    calls: ['upsertContact'],
    of: 'contact',
    request: 'POST /v2/publications/:publication/subscriptions',
    status: 'success',
    body: { 'data.id': 'id', 'data.email': 'address', errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'fields',
    request: 'PUT /v2/publications/:publication/subscriptions/:id',
    status: 'success',
    body: { 'data.id': 'id', errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['upsertContact', 'trackEvent'],
    of: 'tags',
    request: 'POST /v2/publications/:publication/subscriptions/:id/tags',
    status: 'success',
    body: { data: 'something', errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['trackEvent'],
    of: 'event',
    request: 'POST /v2/publications/:publication/subscriptions/:id/tags',
    status: 'success',
    body: { data: 'something', errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'PUT /v2/publications/:publication/subscriptions/:id',
    status: 'success',
    body: { 'data.id': 'id', errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'DELETE /v2/publications/:publication/subscriptions/:id',
    status: [204],
    source: PAGES,
  },
  // What is gone needs no taking back.
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'DELETE /v2/publications/:publication/subscriptions/:id',
    status: [404],
    body: { errors: 'something' },
    optional: true,
    source: PAGES,
  },
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'DELETE /v2/publications/:publication/subscriptions/:id',
    status: [404],
    body: { statusText: 'something' },
    optional: true,
    source: PAGES,
  },
];
