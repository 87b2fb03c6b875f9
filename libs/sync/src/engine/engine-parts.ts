import type { CrmProvider } from '@rekomi/provider-contract';
import type { Tenancy } from '@rekomi/database';
import type { CredentialSource, VendorTransport } from '@rekomi/transport';

import type { AudienceWatch, DesiredState } from '../ports.js';
import type { ActiveConnection, ConnectionKeeper } from './connection.js';
import type { ConnectionStops } from './connection-stops.js';
import type { EndpointKeeper } from './endpoint.js';
import type { Pacer } from './pacer.js';

/** What the engine is made of; handed in, so that tests can exchange any part. */
export interface EngineParts {
  readonly tenancy: Tenancy;
  readonly desiredState: DesiredState;
  /** Absent: nobody wants to know which audiences contacts are in. */
  readonly audienceWatch?: AudienceWatch;
  readonly connections: ConnectionKeeper;
  /** Without it nothing is sent to endpoints. */
  readonly endpoints?: EndpointKeeper;
  readonly provider: (slug: string) => CrmProvider | undefined;
  readonly openCredentials: (connection: ActiveConnection) => CredentialSource;
  readonly transport: VendorTransport;
  readonly pacer: Pacer;
  /** Says when a connection is stopped elsewhere; the engine makes its own. */
  readonly stops?: ConnectionStops;
  readonly worker: string;
  /** How long one call of a provider may take, in milliseconds; see `contain`. */
  readonly callLimitMs?: number;
  readonly random: () => number;
  readonly log: EngineLog;
}

/** Where the engine says what an operator should know. Never with contents of contacts or credentials. */
export interface EngineLog {
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
  error(message: string, err: unknown, facts: Readonly<Record<string, unknown>>): void;
}
