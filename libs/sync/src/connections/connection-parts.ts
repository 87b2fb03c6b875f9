import type { Tenancy } from '@rekomi/database';
import type { CrmProvider } from '@rekomi/provider-contract';
import type { VendorTransport } from '@rekomi/transport';
import type { Vault } from '@rekomi/vault';

import type { ReportFault } from '../containment/contained-provider.js';
import type { SyncOutbox } from '../ports.js';
import type { StateParts } from './connection-states.js';
import type { Environment } from './connection-settings.js';

/** Finds a provider by its slug. */
export interface ProviderLookup {
  get(slug: string): CrmProvider | undefined;
}

/** What connections are made of. */
export interface ConnectionParts extends StateParts {
  readonly tenancy: Tenancy;
  readonly providers: ProviderLookup;
  readonly transport: Pick<VendorTransport, 'open'>;
  readonly vault: Vault;
  readonly outbox: SyncOutbox;
  /** Told of a provider that broke its contract. */
  readonly onProviderFault?: ReportFault;
  /** Where connections may lead; both unless told. Without a sandbox only `live`. */
  readonly environments?: readonly Environment[];
  /** Milliseconds since 1970; the system's clock unless told. */
  readonly now?: () => number;
  /** Waits; the system's timer unless told. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}
