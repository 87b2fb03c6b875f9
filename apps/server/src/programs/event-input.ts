import type { NewEvent } from '@rekomi/programs';

import type { EventRowRequest } from './event-row.request.js';

/** Null counts as absent. */
export function eventInput(row: EventRowRequest): NewEvent {
  const { externalId, name, affiliateId, email, externalAffiliateId, campaign, occurredAt, data } = row;
  const given = { externalId, affiliateId, email, externalAffiliateId, campaign, occurredAt, data };
  const filled = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  return { name, ...Object.fromEntries(filled) };
}
