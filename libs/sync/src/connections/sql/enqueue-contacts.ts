import type { EntityManager } from 'typeorm';

import type { SyncOutbox } from '../../ports.js';

const CHUNK = 5_000;

/** Contacts that the connection has to do with: all that the ledger knows and all that are held. */
const KNOWN = `
  SELECT contact_id FROM (
    (SELECT contact_id FROM ledger WHERE organization_id = $1 AND connection_id = $2
       AND ($3::uuid IS NULL OR contact_id > $3) ORDER BY contact_id LIMIT ${CHUNK})
    UNION
    (SELECT contact_id FROM lane WHERE organization_id = $1 AND connection_id = $2 AND held_code IS NOT NULL
       AND ($3::uuid IS NULL OR contact_id > $3) ORDER BY contact_id LIMIT ${CHUNK})
  ) AS known ORDER BY contact_id LIMIT ${CHUNK}`;

/** Contacts of which something of ours is there, or may be. */
const PRESENT = `
  SELECT contact_id FROM (
    (SELECT contact_id FROM ledger WHERE organization_id = $1 AND connection_id = $2 AND (present OR written IS NOT NULL)
       AND ($3::uuid IS NULL OR contact_id > $3) ORDER BY contact_id LIMIT ${CHUNK})
    UNION
    (SELECT contact_id FROM intention WHERE organization_id = $1 AND connection_id = $2
       AND ($3::uuid IS NULL OR contact_id > $3) ORDER BY contact_id LIMIT ${CHUNK})
  ) AS present ORDER BY contact_id LIMIT ${CHUNK}`;

/** Gives every such contact a delivery, which also frees lanes that are held. @returns how many contacts. */
export async function enqueueContacts(
  tx: EntityManager,
  outbox: SyncOutbox,
  target: { readonly organizationId: string; readonly connectionId: string },
  which: { readonly contacts: 'known' | 'present'; readonly cause: string },
): Promise<number> {
  let after: string | null = null;
  for (let total = 0; ;) {
    const rows: { contact_id: string }[] = await tx.query(which.contacts === 'known' ? KNOWN : PRESENT, [
      target.organizationId,
      target.connectionId,
      after,
    ]);
    total += rows.length;
    await outbox.record(
      tx,
      target.organizationId,
      rows.map((row) => ({
        kind: 'contact',
        connectionId: target.connectionId,
        contactId: row.contact_id,
        cause: which.cause,
      })),
    );
    const last = rows.at(-1);
    if (rows.length < CHUNK || last === undefined) return total;
    after = last.contact_id;
  }
}
