import { setMaxListeners } from 'node:events';

import type {
  Capabilities,
  CrmProvider,
  Memo,
  ProviderAccess,
  ProviderManifest,
} from '@rekomi/provider-contract';
import {
  credentialHint,
  type CredentialSource,
  type ExchangeRecord,
  type PaceAnswer,
  type PaceGate,
  type VendorTransport,
} from '@rekomi/transport';

import type { ActiveConnection } from './connection.js';
import type { EngineGate } from './pacer.js';

/** Bulk calls, where the vendor has them and the connection wants them. */
export function bulkOf(
  { capabilities: { bulk } }: ProviderManifest,
  { settings }: Pick<ActiveConnection, 'settings'>,
): Capabilities['bulk'] {
  return bulk?.setting !== undefined && settings[bulk.setting] === false ? undefined : bulk;
}

/** How long a resolved id (of a tag, a list) is believed. */
const MEMO_MS = 10 * 60 * 1000;

/** Everything it takes to speak to one vendor for one connection, for the time of one drain. */
export class VendorSession {
  private region: string | undefined;
  private readonly memo = new TimedMemo(MEMO_MS);
  private readonly stopping = new AbortController();
  /** Of whoever waits for room: the lease ends, or the session was stopped. */
  private readonly waiting: AbortSignal;
  private readonly pace: PaceGate;
  private readonly mayStillSend = (): boolean => !this.stopping.signal.aborted && this.limits.mayStillSend();

  constructor(
    readonly connection: ActiveConnection,
    readonly provider: CrmProvider,
    private readonly credentials: CredentialSource,
    private readonly transport: Pick<VendorTransport, 'open'>,
    private readonly gate: EngineGate,
    private readonly limits: { readonly signal: AbortSignal; readonly mayStillSend: () => boolean },
  ) {
    this.region = connection.region;
    this.waiting = AbortSignal.any([limits.signal, this.stopping.signal]);
    setMaxListeners(0, this.waiting);
    this.pace = this.stoppable(gate);
  }

  /**
   * Nothing more leaves: the vendor does not accept the key any more, or the connection was stopped. What is in flight
   * ends by itself; what waits for its turn goes back unsent, and nothing of it is used up.
   */
  stop(): void {
    this.stopping.abort();
  }

  /** Bulk calls, where the vendor has them and the connection wants them. */
  get bulk(): Capabilities['bulk'] {
    return bulkOf(this.provider.manifest, this.connection);
  }

  /** The vendor told it in words that only its provider understands; for how long, in milliseconds, if it said so. */
  hadEnough(family: string, forMs: number | undefined): void {
    if (this.provider.manifest.limits[family] !== undefined) this.gate.hadEnough(family, forMs);
  }

  /** From now on calls go to the region that answered. */
  moveTo(region: string): void {
    this.region = region;
  }

  private stoppable(gate: EngineGate): PaceGate {
    const { stopping, waiting, limits } = this;
    return {
      release: (family, result, go) => gate.release(family, result, go),
      async acquire(family, signal) {
        if (stopping.signal.aborted) return NO_ROOM();
        try {
          // Making one for each request costs more than waiting with it.
          const both = signal === limits.signal ? waiting : AbortSignal.any([signal, stopping.signal]);
          return await gate.acquire(family, both);
        } catch (err) {
          if (!stopping.signal.aborted) throw err;
          return NO_ROOM();
        }
      },
    };
  }

  /** Access for one step; its exchanges go to `record`. */
  access(record: (exchange: ExchangeRecord) => void): ProviderAccess {
    const { connection, credentials } = this;
    return {
      http: this.transport.open({
        manifest: this.provider.manifest,
        environment: connection.environment,
        credentials,
        pace: this.pace,
        record,
        signal: this.limits.signal,
        mayStillSend: this.mayStillSend,
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

/** Refused room, by us: the request was never sent. */
const NO_ROOM = (): PaceAnswer => ({ kind: 'wait', until: new Date() });

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
