import type { CrmProvider, ProviderAccess, ProviderManifest, SettingValue } from '@rekomi/provider-contract';
import {
  credentialHint,
  type CredentialSource,
  type ExchangeRecord,
  type PaceGate,
  type VendorTransport,
} from '@rekomi/transport';

import type { Environment, Settings } from './connection-settings.js';

export interface DoorRequest {
  readonly provider: CrmProvider;
  readonly environment: Environment;
  readonly credentials: CredentialSource;
  /** Names the vendor account among all accounts; calls to the same one keep a common pace. */
  readonly account: string;
  readonly settings: Settings;
  readonly region?: string;
}

export interface OpenDoor {
  readonly access: ProviderAccess;
  /** What was exchanged with the vendor so far, secrets masked. */
  readonly exchanges: readonly ExchangeRecord[];
}

/** Who keeps the pace of these calls: a person waits, or all processes share what the vendor allows. */
export interface DoorPace {
  /** @param account hexadecimal key of the vendor account. */
  gate(
    account: string,
    manifest: ProviderManifest,
    settings: Readonly<Record<string, SettingValue>>,
  ): PaceGate;
}

/** Opens the way to a vendor for calls outside of a drain: verifying, listing audiences. */
export class VendorDoor {
  constructor(
    private readonly transport: Pick<VendorTransport, 'open'>,
    private readonly pace: DoorPace,
    private readonly now: () => number,
    /** Ends whatever is being asked. */
    private readonly ending: AbortSignal = new AbortController().signal,
  ) {}

  open(request: DoorRequest): OpenDoor {
    const exchanges: ExchangeRecord[] = [];
    const remembered = new Map<string, string>();
    const { manifest } = request.provider;
    return {
      exchanges,
      access: {
        http: this.transport.open({
          manifest,
          environment: request.environment,
          credentials: request.credentials,
          pace: this.pace.gate(request.account, manifest, request.settings),
          record: (exchange) => exchanges.push(exchange),
          signal: this.ending,
        }),
        ...(request.region === undefined ? {} : { region: request.region }),
        settings: request.settings,
        has: (name) => request.credentials.has(name),
        hint: (name) => credentialHint(manifest, request.credentials, name),
        memo: {
          get: (key) => remembered.get(key),
          set: (key, value) => void remembered.set(key, value),
          forget: (key) => void remembered.delete(key),
        },
        now: this.now,
      },
    };
  }
}
