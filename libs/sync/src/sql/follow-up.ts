import type { ContactSnapshot, WrittenContact } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import type { OutboxQuery } from '../ports.js';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

export interface DueLook {
  readonly contactId: string;
  readonly attempts: number;
  /** Where the contact was written; undefined when it never was, or was taken back. */
  readonly email?: string;
  readonly deferred: readonly string[];
  /** The ledger's state that the look is taken for, as the database wrote it; absent when there is none. */
  readonly ledgerAt?: string;
}

/** Owes each of these contacts a look at the vendor. */
export async function oweLooks(
  tx: EntityManager,
  target: Target,
  contactIds: readonly string[],
  inMs: number,
): Promise<void> {
  if (contactIds.length === 0) return;
  await tx.query(
    `INSERT INTO follow_up (organization_id, connection_id, contact_id, kind, due_at)
     SELECT $1, $2, contact_id, 'look', now() + $4 * interval '1 millisecond'
       FROM unnest($3::uuid[]) AS owed(contact_id) GROUP BY contact_id ORDER BY contact_id
     ON CONFLICT (connection_id, contact_id, kind) DO UPDATE SET due_at = least(follow_up.due_at, excluded.due_at)`,
    [target.organizationId, target.connectionId, contactIds, inMs],
  );
}

/** The same for those whom a query of the caller finds, where a connection is not being closed. */
export async function oweFoundLooks(
  tx: EntityManager,
  organizationId: string,
  { sql, parameters }: OutboxQuery,
): Promise<void> {
  const [given] = parameters;
  if (given !== organizationId) throw new Error('The first parameter of such a query is the organisation.');
  await tx.query(
    `WITH found AS MATERIALIZED (${sql})
     INSERT INTO follow_up (organization_id, connection_id, contact_id, kind, due_at)
     SELECT $1, f.connection_id, f.contact_id, 'look', now() + min(f.in_ms) * interval '1 millisecond'
       FROM found f JOIN connection c ON c.organization_id = $1 AND c.id = f.connection_id
      WHERE c.state NOT IN ('disconnecting', 'disabled')
      GROUP BY f.connection_id, f.contact_id ORDER BY f.connection_id, f.contact_id
     ON CONFLICT (connection_id, contact_id, kind) DO UPDATE SET due_at = least(follow_up.due_at, excluded.due_at)`,
    [...parameters],
  );
}

/** Owes the next look of somebody who is watched, whatever became of the last one. */
export async function oweNextLook(
  tx: EntityManager,
  target: Target,
  contactId: string,
  inMs: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO follow_up (organization_id, connection_id, contact_id, kind, due_at)
     VALUES ($1, $2, $3, 'look', now() + $4 * interval '1 millisecond')
     ON CONFLICT (connection_id, contact_id, kind) DO UPDATE SET due_at = excluded.due_at, attempts = 0`,
    [target.organizationId, target.connectionId, contactId, inMs],
  );
}

/**
 * Takes due looks for a while: they become due again by themselves when nobody finishes them. A look reads and changes
 * nothing, so taking one twice is harmless.
 */
export async function takeLooks(
  tx: EntityManager,
  target: Target,
  options: { most: number; forMs: number },
): Promise<readonly DueLook[]> {
  const rows: {
    contact_id: string;
    attempts: number;
    written: WrittenContact | null;
    deferred: string[] | null;
    ledger_at: string | null;
  }[] = await tx.query(
    `WITH due AS (
         SELECT contact_id FROM follow_up
          WHERE organization_id = $1 AND connection_id = $2 AND kind = 'look' AND due_at <= now()
          ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
       ), taken AS (
         UPDATE follow_up f SET due_at = now() + $4 * interval '1 millisecond', attempts = f.attempts + 1
           FROM due WHERE f.connection_id = $2 AND f.contact_id = due.contact_id AND f.kind = 'look'
         RETURNING f.contact_id, f.attempts
       )
       SELECT t.contact_id, t.attempts, l.written, l.deferred, l.updated_at::text AS ledger_at FROM taken t
         LEFT JOIN ledger l ON l.connection_id = $2 AND l.contact_id = t.contact_id AND l.organization_id = $1`,
    [target.organizationId, target.connectionId, options.most, options.forMs],
  );
  return rows.map((row) => ({
    contactId: row.contact_id,
    attempts: row.attempts,
    ...(row.written === null ? {} : { email: row.written.email }),
    deferred: row.deferred ?? [],
    ...(row.ledger_at === null ? {} : { ledgerAt: row.ledger_at }),
  }));
}

/**
 * Stores what the look showed and ends it, unless the contact was written or taken back meanwhile: then what was seen
 * is of the past, and the look stays owed. Only looks write these two columns between writes of the contact.
 */
export async function finishLook(
  tx: EntityManager,
  target: Target,
  look: Pick<DueLook, 'contactId' | 'ledgerAt'>,
  snapshot: ContactSnapshot | undefined,
): Promise<boolean> {
  const key = [target.organizationId, target.connectionId, look.contactId];
  if (look.ledgerAt !== undefined) {
    const answer: [unknown[], number] = await tx.query(
      `UPDATE ledger SET deferred = '{}', observed = coalesce($4::jsonb, observed)
        WHERE organization_id = $1 AND connection_id = $2 AND contact_id = $3 AND updated_at = $5::timestamptz`,
      [...key, snapshot === undefined ? null : JSON.stringify(snapshot), look.ledgerAt],
    );
    if (answer[1] === 0) return false;
  }
  await tx.query(
    `DELETE FROM follow_up WHERE organization_id = $1 AND connection_id = $2 AND contact_id = $3 AND kind = 'look'`,
    key,
  );
  return true;
}

/** Puts a look off. */
export async function putOffLook(
  tx: EntityManager,
  target: Target,
  contactId: string,
  inMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE follow_up SET due_at = now() + $4 * interval '1 millisecond'
      WHERE organization_id = $1 AND connection_id = $2 AND contact_id = $3 AND kind = 'look'`,
    [target.organizationId, target.connectionId, contactId, inMs],
  );
}

/** No look of the connection is taken for so long. */
export async function putOffLooks(tx: EntityManager, target: Target, inMs: number): Promise<void> {
  await tx.query(
    `UPDATE follow_up SET due_at = now() + $3 * interval '1 millisecond'
      WHERE organization_id = $1 AND connection_id = $2 AND due_at < now() + $3 * interval '1 millisecond'`,
    [target.organizationId, target.connectionId, inMs],
  );
}

/** Milliseconds until the next look of the connection is due; undefined when none is owed. */
export async function nextLookInMs(tx: EntityManager, target: Target): Promise<number | undefined> {
  const rows: { in_ms: string }[] = await tx.query(
    `SELECT extract(epoch FROM due_at - clock_timestamp()) * 1000 AS in_ms FROM follow_up
      WHERE organization_id = $1 AND connection_id = $2 ORDER BY due_at LIMIT 1`,
    [target.organizationId, target.connectionId],
  );
  return rows[0] === undefined ? undefined : Number(rows[0].in_ms);
}
