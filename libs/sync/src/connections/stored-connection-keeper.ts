import { isErrorCode } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import type { ActiveConnection, ConnectionKeeper } from '../engine/connection.js';
import type { ConnectionTrouble } from './connection-marks.js';
import type { ConnectionService } from './connection.service.js';
import type { ProviderLookup } from './connection-parts.js';
import { withDefaults } from './connection-settings.js';
import { readBackObstacle } from './read-back.js';
import { selectStoredConnection } from './sql/select-stored-connection.js';

/** A connection as the engine gets it, with what tells whether it is still the same later. */
interface LoadedConnection extends ActiveConnection {
  readonly standing: string;
}

interface Finding {
  readonly code: string;
  readonly detail?: string;
  readonly credential?: string;
}

/** The engine's view of stored connections. What it reports counts only while nothing newer was stored. */
export class StoredConnectionKeeper implements ConnectionKeeper {
  constructor(
    private readonly providers: ProviderLookup,
    private readonly connections: Pick<ConnectionService, 'marks' | 'finishDisconnect'>,
  ) {}

  async load(tx: EntityManager, connectionId: string): Promise<LoadedConnection | undefined> {
    const row = await selectStoredConnection(tx, connectionId);
    if (row === undefined) return undefined;
    const manifest = this.providers.get(row.provider)?.manifest;
    return {
      id: row.id,
      organizationId: row.organization_id,
      provider: row.provider,
      environment: row.environment,
      state: row.state,
      standing: row.standing,
      settings: manifest === undefined ? {} : withDefaults(manifest, row.settings),
      ...(row.region === null ? {} : { region: row.region }),
      ...(row.credentials === null ? {} : { sealedCredentials: row.credentials }),
      accountKey: row.account_key,
      ...(row.default_audience === null ? {} : { defaultAudience: row.default_audience }),
      defaultTags: row.default_tags,
      configVersion: row.config_version,
      ...(readBackObstacle(manifest, row.rights) === undefined
        ? { receiptPercent: row.receipt_percent }
        : {}),
    };
  }

  async markUnauthorised(seen: ActiveConnection, finding: Finding): Promise<void> {
    await this.connections.marks.unauthorised(
      seen.organizationId,
      seen.id,
      standingOf(seen),
      troubleOf(finding),
    );
  }

  async markNeedsAttention(seen: ActiveConnection, finding: Finding): Promise<void> {
    await this.connections.marks.needsAttention(
      seen.organizationId,
      seen.id,
      standingOf(seen),
      troubleOf(finding),
    );
  }

  async markAudiencesMissing(
    seen: ActiveConnection,
    finding: Finding & { readonly audiences: readonly string[] },
  ): Promise<void> {
    await this.connections.marks.audiencesMissing(seen.organizationId, seen.id, {
      ...troubleOf(finding),
      audiences: finding.audiences,
    });
  }

  async doubt(seen: ActiveConnection): Promise<void> {
    await this.connections.marks.doubtful(seen.organizationId, seen.id);
  }

  async storeRegion(seen: ActiveConnection, region: string): Promise<void> {
    await this.connections.marks.region(seen.organizationId, seen.id, standingOf(seen), region);
  }

  async finishDisconnect(seen: ActiveConnection): Promise<void> {
    await this.connections.finishDisconnect(seen.organizationId, seen.id);
  }
}

function standingOf(seen: ActiveConnection): string {
  if ('standing' in seen && typeof seen.standing === 'string') return seen.standing;
  throw new Error('A report about a connection that was not loaded by this keeper.');
}

function troubleOf(finding: Finding): ConnectionTrouble {
  return {
    code: isErrorCode(finding.code) ? finding.code : 'answer_unknown',
    ...(finding.detail === undefined ? {} : { detail: finding.detail }),
    ...(finding.credential === undefined ? {} : { credential: finding.credential }),
  };
}
