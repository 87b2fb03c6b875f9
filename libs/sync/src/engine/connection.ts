import type { SettingValue } from '@rekomi/provider-contract';
import type { EntityManager } from 'typeorm';

import type { ConnectionDefaults } from '../ports.js';

/** A connection with everything it takes to act for it. */
export interface ActiveConnection extends ConnectionDefaults {
  readonly provider: string;
  readonly environment: 'live' | 'sandbox';
  readonly state: 'verified' | 'needs_attention' | 'auth_error' | 'paused' | 'disconnecting' | 'disabled';
  /** Defaults of the manifest filled in. */
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly region?: string;
  /** Sealed; only the vault opens it. Absent once disconnected. */
  readonly sealedCredentials?: string;
  readonly accountKey: Buffer;
  readonly configVersion: number;
  /** Of accepted contact writes, how many in a hundred are read back after the first ones. Absent: none at all. */
  readonly receiptPercent?: number;
}

/** What the engine asks of, and tells, the keeper of connections. */
export interface ConnectionKeeper {
  load(tx: EntityManager, connectionId: string): Promise<ActiveConnection | undefined>;
  /** The credentials stopped working: pauses the connection, unless it was changed since `seen` was loaded. */
  markUnauthorised(
    seen: ActiveConnection,
    finding: { code: string; detail?: string; credential?: string },
  ): Promise<void>;
  /** The configuration names something that is gone: pauses the connection likewise. */
  markNeedsAttention(seen: ActiveConnection, finding: { code: string; detail?: string }): Promise<void>;
  /** Audiences that single campaigns name are gone: who is to be in one of them waits, the connection goes on. */
  markAudiencesMissing?(
    seen: ActiveConnection,
    finding: { code: string; detail?: string; audiences: readonly string[] },
  ): Promise<void>;
  /** Reading was answered like a wrong key, which a verification has to decide. */
  doubt?(seen: ActiveConnection): Promise<void>;
  storeRegion(seen: ActiveConnection, region: string): Promise<void>;
  /** Everything was taken back and no lane is left: destroys the credentials. */
  finishDisconnect(seen: ActiveConnection): Promise<void>;
}

/** There may be something to send, take back or settle. */
export function mayDrain(connection: ActiveConnection): boolean {
  return (
    connection.state === 'verified' || connection.state === 'disconnecting' || connection.state === 'disabled'
  );
}

/** Settings or credentials were changed since: speak to the vendor with the new ones from here on. */
export function isAnother(now: ActiveConnection, before: ActiveConnection): boolean {
  return (
    now.configVersion !== before.configVersion ||
    now.sealedCredentials !== before.sealedCredentials ||
    JSON.stringify(now.settings) !== JSON.stringify(before.settings)
  );
}
