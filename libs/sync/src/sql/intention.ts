import type { EntityManager } from 'typeorm';

import type { Intention } from '../core/intention.js';
import { jsonText } from './json-text.js';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

export interface ContactIntention {
  readonly contactId: string;
  /** Empty: nothing is in doubt any more. */
  readonly writes: Intention;
}

const NOTE = `
  INSERT INTO intention AS i (organization_id, connection_id, contact_id, writes)
  SELECT $1, $2, n.contact_id, n.writes
    FROM jsonb_to_recordset($3::jsonb) AS n(contact_id uuid, writes jsonb) ORDER BY n.contact_id
  ON CONFLICT (connection_id, contact_id) DO UPDATE SET writes = excluded.writes, noted_at = now()`;

const FORGET = `
  DELETE FROM intention WHERE organization_id = $1 AND connection_id = $2 AND contact_id = ANY($3::uuid[])`;

/** Puts on record what may be at the vendor from now on. At most two statements, whatever their number. */
export async function storeIntentions(
  tx: EntityManager,
  { organizationId, connectionId }: Target,
  intentions: readonly ContactIntention[],
): Promise<void> {
  const doubtful = intentions.filter(({ writes }) => writes.length > 0);
  const settled = intentions.filter(({ writes }) => writes.length === 0);
  if (doubtful.length > 0) {
    const rows = doubtful.map(({ contactId, writes }) => ({ contact_id: contactId, writes }));
    await tx.query(NOTE, [organizationId, connectionId, jsonText(rows)]);
  }
  if (settled.length > 0)
    await tx.query(FORGET, [organizationId, connectionId, settled.map(({ contactId }) => contactId)]);
}
