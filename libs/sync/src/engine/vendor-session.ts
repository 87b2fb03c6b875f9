import type { Capabilities, CrmProvider, Memo, ProviderAccess } from '@rekomi/provider-contract';
import {
  credentialHint,
  type CredentialSource,
  type ExchangeRecord,
  type PaceGate,
  type VendorTransport,
} from '@rekomi/transport';

import type { ActiveConnection } from './connection.js';

/** How long a resolved id (of a tag, a list) is believed. */
const MEMO_MS = 10 * 60 * 1000;

/** Everything it takes to speak to one vendor for one connection, for the time of one drain. */
export class VendorSession {
  private region: string | undefined;
  private readonly memo = new TimedMemo(MEMO_MS);

  constructor(
    readonly connection: ActiveConnection,
    readonly provider: CrmProvider,
    private readonly credentials: CredentialSource,
    private readonly transport: VendorTransport,
    private readonly gate: PaceGate,
    private readonly limits: { readonly signal: AbortSignal; readonly mayStillSend: () => boolean },
  ) {
    this.region = connection.region;
  }

  /** Bulk calls, where the vendor has them and the connection wants them. */
  get bulk(): Capabilities['bulk'] {
    const { bulk } = this.provider.manifest.capabilities;
    if (bulk?.setting !== undefined && this.connection.settings[bulk.setting] === false) return undefined;
    return bulk;
  }

  /** From now on calls go to the region that answered. */
  moveTo(region: string): void {
    this.region = region;
  }

  /** Access for one step; its exchanges go to `record`. */
  access(record: (exchange: ExchangeRecord) => void): ProviderAccess {
    const { connection, credentials } = this;
    return {
      http: this.transport.open({
        manifest: this.provider.manifest,
        environment: connection.environment,
        credentials,
        pace: this.gate,
        record,
        signal: this.limits.signal,
        mayStillSend: this.limits.mayStillSend,
      }),
      ...(this.region === undefined ? {} : { region: this.region }),
      settings: connection.settings,
      has: (credential) => credentials.has(credential),
      hint: (credential) => credentialHint(this.provider.manifest, credentials, credential),
      memo: this.memo,
      now: Date.now,
    };
  }
}

class TimedMemo implements Memo {
  private readonly entries = new Map<string, { value: string; until: number }>();

  constructor(private readonly forMs: number) {}

  get(key: string): string | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.until > performance.now() ? entry.value : undefined;
  }

  set(key: string, value: string): void {
    this.entries.set(key, { value, until: performance.now() + this.forMs });
  }

  forget(key: string): void {
    this.entries.delete(key);
  }
}
