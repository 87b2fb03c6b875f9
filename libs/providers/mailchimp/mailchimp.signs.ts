import type { PositiveSign } from '@rekomi/provider-contract';

const PAGES = 'https://mailchimp.com/developer/marketing/api (2026-08)';

/** How the vendor says that it took something; written from its pages. */
export const SIGNS: readonly PositiveSign[] = [
  {
    calls: ['upsertContact'],
    of: 'contact',
    request: 'PUT /3.0/lists/:list/members/:hash',
    status: 'success',
    body: { email_address: 'address' },
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'contact',
    request: 'PUT /3.0/lists/:list/members/:hash',
    status: 'success',
    body: { id: 'id' },
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'tags',
    request: 'POST /3.0/lists/:list/members/:hash/tags',
    status: [204],
    source: PAGES,
  },
  {
    calls: ['trackEvent'],
    of: 'event',
    request: 'POST /3.0/lists/:list/members/:hash/events',
    status: [204],
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'POST /3.0/lists/:list/members/:hash/tags',
    status: [204],
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'PATCH /3.0/lists/:list/members/:hash',
    status: 'success',
    body: { id: 'id' },
    source: PAGES,
  },
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'POST /3.0/lists/:list/members/:hash/actions/delete-permanent',
    status: [204],
    source: PAGES,
  },
  // What is gone needs no taking back.
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'POST /3.0/lists/:list/members/:hash/actions/delete-permanent',
    status: [404],
    body: { detail: 'something' },
    optional: true,
    source: PAGES,
  },
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'POST /3.0/lists/:list/members/:hash/actions/delete-permanent',
    status: [404],
    body: { title: 'something' },
    optional: true,
    source: PAGES,
  },
  {
    calls: ['eraseContact'],
    of: 'erasure',
    request: 'POST /3.0/lists/:list/members/:hash/actions/delete-permanent',
    status: [404],
    body: { type: 'something' },
    optional: true,
    source: PAGES,
  },
];
