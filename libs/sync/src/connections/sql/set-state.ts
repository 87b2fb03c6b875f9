import type { EntityManager } from 'typeorm';

import type { ConnectionState } from '../connection-problem.js';

export interface NewState {
  readonly state: ConnectionState;
  readonly code?: string;
  readonly detail?: string;
}

/** Sets the state; the caller holds the row's lock. `state_since` moves only when the state does. */
export async function setState(tx: EntityManager, connectionId: string, next: NewState): Promise<void> {
  await tx.query(
    `UPDATE connection c SET state = $2, state_code = $3, state_detail = $4, updated_at = clock_timestamp(),
         state_since = CASE WHEN c.state = $2 THEN c.state_since ELSE clock_timestamp() END
       WHERE c.organization_id = current_organization() AND c.id = $1`,
    [connectionId, next.state, next.code ?? null, next.detail ?? null],
  );
}
