import type { EntityManager } from 'typeorm';

import type { ConnectionNotices } from '../ports.js';
import type { StoredConnection } from './sql/select-stored-connection.js';

/** Contacts that were refused on the day before this one (UTC), counted once a day; the contacts themselves are not named. */
const REFUSED = `
  SELECT coalesce(sum(deliveries), 0)::integer AS refused FROM delivery_total
   WHERE organization_id = current_organization() AND connection_id = $1 AND kind = 'contact' AND state = 'refused'
     AND day = (now() AT TIME ZONE 'UTC')::date - 1`;

/** A day's summary, in place of the one before. */
export async function tellRefusals(
  tx: EntityManager,
  notices: ConnectionNotices,
  { id, organization_id: organizationId, label }: StoredConnection,
): Promise<void> {
  const [row]: { refused: number }[] = await tx.query(REFUSED, [id]);
  const refused = row?.refused ?? 0;
  await notices.over(tx, organizationId, id, ['contacts_refused'], 'quietly');
  if (refused === 0) return;
  await notices.broke(tx, organizationId, {
    connectionId: id,
    label,
    matter: 'contacts_refused',
    code: 'contacts_refused',
    detail: `${label} refused ${refused === 1 ? 'one contact' : `${refused} contacts`} yesterday. Each one’s reason is in the list of deliveries.`,
  });
}
