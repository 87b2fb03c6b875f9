import type { Warning, WrittenContact } from '@rekomi/provider-contract';

import type { ConnectionState } from '../connections/index.js';

export interface StandingRow {
  readonly id: string;
  readonly label: string;
  readonly provider: string;
  readonly state: ConnectionState;
  readonly state_code: string | null;
  readonly state_since: Date;
  readonly blocked_until: Date | null;
  readonly present: boolean | null;
  readonly ledger_state: string | null;
  readonly ledger_code: string | null;
  readonly ledger_detail: string | null;
  readonly written: WrittenContact | null;
  readonly warnings: readonly Warning[] | null;
  readonly written_at: Date | null;
  readonly confirmed_at: Date | null;
  readonly receipt_owed: boolean;
  readonly left_out: boolean;
  readonly first_delivered_at: Date | null;
  readonly lane_id: string | null;
  readonly held_code: string | null;
  readonly in_hand: boolean;
  readonly attempts: number | null;
  readonly last_code: string | null;
  readonly next_attempt_at: Date | null;
  readonly waiting_contacts: string;
  readonly waiting_events: string;
}

/** One person at every connection that is in use, and at those disconnected ones where something was ever written. */
export const STANDINGS = `
  SELECT c.id, c.label, c.provider, c.state, c.state_code, c.state_since, pace.blocked_until,
         w.present, w.state AS ledger_state, w.code AS ledger_code, w.detail AS ledger_detail, w.written, w.warnings,
         w.written_at, w.confirmed_at, first.delivered_at AS first_delivered_at,
         EXISTS (SELECT FROM receipt r WHERE r.connection_id = c.id AND r.contact_id = $2 AND r.state = 'owed') AS receipt_owed,
         EXISTS (SELECT FROM first_sync_left_out f WHERE f.connection_id = c.id AND f.contact_id = $2) AS left_out,
         l.id AS lane_id, l.held_code, coalesce(l.drain_id IS NOT NULL, false) AS in_hand, l.attempts, l.last_code,
         CASE WHEN l.held_code IS NULL AND l.drain_id IS NULL AND c.state IN ('verified', 'disconnecting')
              THEN greatest(l.next_due_at, pace.blocked_until) END AS next_attempt_at,
         waiting.contacts AS waiting_contacts, waiting.events AS waiting_events
    FROM connection c
    CROSS JOIN LATERAL (SELECT pace_blocked_until(c.account_key) AS blocked_until) AS pace
    LEFT JOIN ledger w ON w.connection_id = c.id AND w.contact_id = $2
    LEFT JOIN lane l ON l.connection_id = c.id AND l.contact_id = $2
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE d.kind <> 'event') AS contacts, count(*) FILTER (WHERE d.kind = 'event') AS events
        FROM delivery d WHERE d.lane_id = l.id) AS waiting
    CROSS JOIN LATERAL (
      SELECT min(h.settled_at) AS delivered_at FROM history h
       WHERE h.contact_id = $2 AND h.connection_id = c.id AND h.kind = 'contact' AND h.state = 'delivered') AS first
   WHERE c.organization_id = $1 AND (c.state <> 'disabled' OR w.contact_id IS NOT NULL)
   ORDER BY c.id`;
