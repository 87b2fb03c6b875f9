import type { PositiveSign } from '@rekomi/provider-contract';

const PAGES = 'https://api-docs.omnisend.com/reference (2026-11)';

/** How the vendor says that it took something; written from its pages. */
export const SIGNS: readonly PositiveSign[] = [
  {
    calls: ['upsertContact'],
    of: 'contact',
    request: 'POST /api/contacts',
    status: 'success',
    body: { id: 'id', 'identifiers.0.id': 'address', errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'contact',
    request: 'POST /api/contacts',
    status: 'success',
    body: { id: 'id', email: 'address', errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'contact',
    request: 'PATCH /api/contacts/:id',
    status: 'success',
    body: { id: 'id', errors: 'nothing' },
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'tags',
    request: 'POST /api/contacts/tags',
    status: [202],
    source: PAGES,
  },
  {
    calls: ['upsertContact'],
    of: 'taking-back',
    request: 'DELETE /api/contacts/tags',
    status: [202],
    source: PAGES,
  },
  {
    calls: ['trackEvent'],
    of: 'event',
    request: 'POST /api/events',
    status: [202],
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'DELETE /api/contacts/tags',
    status: [202],
    source: PAGES,
  },
  {
    calls: ['removeContact'],
    of: 'taking-back',
    request: 'PATCH /api/contacts/:id',
    status: 'success',
    body: { id: 'id', errors: 'nothing' },
    source: PAGES,
  },
];
