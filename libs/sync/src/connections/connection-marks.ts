import type { Tenancy } from '@rekomi/database';
import { shortened, type ErrorCode } from '@rekomi/provider-contract';

import type { ConnectionNotices } from '../ports.js';
import type { ConnectionClosing } from './connection-closing.js';
import { selectStoredConnection } from './sql/select-stored-connection.js';
import type { ConnectionStates } from './connection-states.js';
import { addMissingAudiences } from './sql/missing-audiences.js';
import { hurryCheck } from './sql/connection-check.js';
import { updateChecks } from './sql/update-connection.js';

/** Something the vendor said that concerns the connection as a whole. */
export interface ConnectionTrouble {
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly vendorMessage?: string;
  /** Which credential field of the manifest was not accepted, where the vendor's answer tells. */
  readonly credential?: string;
}

/** How soon an audience that was found missing is looked for again. */
const AUDIENCE_CHECK_MS = 60 * 60 * 1000;

/**
 * - `marked`: the state changed.
 * - `stale`: the connection was verified, changed or stopped since the worker loaded it; nothing was changed.
 * - `closed`: it was being disconnected, which can't go on; it is disabled now.
 */
export type MarkResult = 'marked' | 'stale' | 'closed';

/**
 * What workers report about a connection. Each report names the `standing` that came with the loaded connection and
 * counts only while it is still the same, so a slow worker can't undo a newer verification.
 */
export class ConnectionMarks {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly closing: ConnectionClosing,
    private readonly states: ConnectionStates,
    private readonly notices?: ConnectionNotices,
  ) {}

  /** The vendor does not accept the credentials any more: nothing is sent until they are verified again. */
  async unauthorised(
    organizationId: string,
    connectionId: string,
    standing: string,
    trouble: ConnectionTrouble,
  ): Promise<MarkResult> {
    return this.mark(organizationId, connectionId, standing, 'auth_error', trouble);
  }

  /** The configuration names something that is gone at the vendor. */
  async needsAttention(
    organizationId: string,
    connectionId: string,
    standing: string,
    trouble: ConnectionTrouble,
  ): Promise<MarkResult> {
    return this.mark(organizationId, connectionId, standing, 'needs_attention', trouble);
  }

  /** Audiences that single campaigns name are gone. Whoever is to be in one of them waits, and nobody else. */
  async audiencesMissing(
    organizationId: string,
    connectionId: string,
    trouble: ConnectionTrouble & { readonly audiences: readonly string[] },
  ): Promise<MarkResult> {
    return this.tenancy.run(organizationId, async (tx) => {
      const row = await selectStoredConnection(tx, connectionId, 'for update');
      if (row?.state !== 'verified') return 'stale';
      if (!(await addMissingAudiences(tx, connectionId, trouble.audiences))) return 'marked';
      await hurryCheck(tx, connectionId, AUDIENCE_CHECK_MS);
      await this.notices?.broke(tx, organizationId, {
        connectionId,
        label: row.label,
        matter: 'audience_missing',
        code: trouble.code,
        detail: `${row.label} has no audience ${quoted([...row.missing_audiences, ...trouble.audiences])} any more, and a campaign names it. Whoever is to be in it waits; everybody else goes on.`,
      });
      return 'marked';
    });
  }

  /** Something that was read was answered like a wrong key: a verification decides, soon. */
  async doubtful(organizationId: string, connectionId: string): Promise<void> {
    await this.tenancy.run(organizationId, (tx) => hurryCheck(tx, connectionId, 0));
  }

  /** Remembers the region that answered, unless a verification found one in the meantime. */
  async region(
    organizationId: string,
    connectionId: string,
    standing: string,
    region: string,
  ): Promise<MarkResult> {
    return this.tenancy.run(organizationId, async (tx) => {
      const row = await selectStoredConnection(tx, connectionId, 'for update');
      if (row?.standing !== standing || row.state === 'disabled') return 'stale';
      await tx.query(
        `UPDATE connection c SET region = $2, updated_at = clock_timestamp()
           WHERE c.organization_id = current_organization() AND c.id = $1`,
        [connectionId, region],
      );
      return 'marked';
    });
  }

  private async mark(
    organizationId: string,
    connectionId: string,
    standing: string,
    state: 'auth_error' | 'needs_attention',
    trouble: ConnectionTrouble,
  ): Promise<MarkResult> {
    return this.tenancy.run(organizationId, async (tx): Promise<MarkResult> => {
      const row = await selectStoredConnection(tx, connectionId, 'for update');
      if (row?.standing !== standing) return 'stale';
      const detail = shortened([trouble.detail, trouble.vendorMessage].filter(Boolean).join(' '));
      if (row.state === 'disconnecting' && state === 'auth_error') {
        await this.closing.closeNow(tx, row, {
          code: trouble.code,
          detail:
            `Taking back ended early because the vendor no longer accepts the credentials. ${detail}`.trim(),
        });
        return 'closed';
      }
      if (row.state !== 'verified') return 'stale';
      await this.states.stop(tx, row, { state, code: trouble.code, ...(detail === '' ? {} : { detail }) });
      const { credential, code } = trouble;
      if (credential !== undefined) {
        const others = row.checks.filter(({ credentials }) => !credentials.includes(credential));
        await updateChecks(tx, connectionId, [
          ...others,
          { credentials: [credential], result: 'rejected', code },
        ]);
      }
      return 'marked';
    });
  }
}

function quoted(audiences: readonly string[]): string {
  return [...new Set(audiences)].map((audience) => `"${audience}"`).join(', ');
}
