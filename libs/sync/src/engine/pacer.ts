import type { ProviderManifest, SettingValue } from '@rekomi/provider-contract';
import type { Tenancy } from '@rekomi/database';
import type { PaceGate } from '@rekomi/transport';

import { pacePlan } from '../core/pace-plan.js';
import { PaceStore } from '../sql/pace.js';
import { PacedFamily } from './paced-family.js';

/** The channel of PostgreSQL on which the functions of the pace tell that reservations became void. */
export const PACE_CHANNEL = 'rekomi_pace';

/** What other processes did to the pace of accounts, the moment they did it. */
export interface PaceNews {
  /** False while nothing would arrive: what is known must be asked for then. */
  readonly isListening: boolean;
  onMessage(listener: (message: string) => void): void;
}

export interface EngineGate extends PaceGate {
  /** The provider read that the vendor had enough, and perhaps for how long, in milliseconds. */
  hadEnough(family: string, forMs: number | undefined): void;
}

export interface DrainGate extends EngineGate {
  /** So many contacts are soon written: room for the first of them may be asked for meanwhile. */
  expect(contacts: number): void;
}

/**
 * Keeps the pace of vendor accounts for this process. The truth is in the database, shared by all processes; this
 * holds the small change.
 */
export class Pacer {
  private readonly families = new Map<string, PacedFamily>();
  /** By account: the family that a drain's latest request belonged to. */
  private readonly writtenThrough = new Map<string, string>();
  private readonly store: PaceStore;

  /** @param news without them, reservations are checked against the database when they are older than a moment */
  constructor(
    tenancy: Pick<Tenancy, 'lookup'>,
    private readonly news?: PaceNews,
  ) {
    this.store = new PaceStore(tenancy);
    news?.onMessage((message) => this.hear(message));
  }

  /** The gate for one connection. Connections to the same account share what lies behind it. */
  gate(
    accountKey: Buffer,
    manifest: ProviderManifest,
    settings: Readonly<Record<string, SettingValue>>,
  ): EngineGate {
    const known = new Map<string, PacedFamily>();
    const familyOf = (name: string): PacedFamily => {
      const family = known.get(name) ?? this.family(accountKey, manifest, settings, name);
      known.set(name, family);
      return family;
    };
    return {
      acquire: (family, signal) => familyOf(family).acquire(signal),
      release: (family, result, go) => familyOf(family).release(result, go),
      hadEnough: (family, forMs) => familyOf(family).hadEnough(forMs),
    };
  }

  /** The gate for a drain of the connection. */
  drainGate(
    accountKey: Buffer,
    manifest: ProviderManifest,
    settings: Readonly<Record<string, SettingValue>>,
  ): DrainGate {
    const gate = this.gate(accountKey, manifest, settings);
    const account = `${manifest.slug} ${accountKey.toString('hex')}`;
    return {
      ...gate,
      acquire: (family, signal) => {
        this.writtenThrough.set(account, family);
        return gate.acquire(family, signal);
      },
      expect: (contacts) => {
        const name = this.writtenThrough.get(account);
        if (name !== undefined && manifest.limits[name] !== undefined)
          this.family(accountKey, manifest, settings, name).expect(contacts);
      },
    };
  }

  private family(
    account: Buffer,
    { slug, limits }: ProviderManifest,
    settings: Readonly<Record<string, SettingValue>>,
    name: string,
  ): PacedFamily {
    const limit = limits[name];
    if (limit === undefined) throw new Error(`${slug} has no limits for the endpoint family ${name}.`);
    const plan = pacePlan(limit, settings);
    const key = `${account.toString('hex')} ${name} ${JSON.stringify(plan)}`;
    const known = this.families.get(key);
    if (known !== undefined) return known;
    const hasNews = (): boolean => this.news?.isListening ?? false;
    const made = new PacedFamily(this.store, { account, family: name }, plan, limit.timeoutMs, hasNews);
    this.families.set(key, made);
    return made;
  }

  /** Gives back what this process borrowed, so that the others need not wait until the loan ends. */
  async close(): Promise<void> {
    await Promise.all([...this.families.values()].map((family) => family.close()));
  }

  /** `account in hex, epoch, family`, as the functions of the pace send it. */
  private hear(message: string): void {
    const [, account, epoch, name] = /^([0-9a-f]+) (\d+) (.*)$/s.exec(message) ?? [];
    if (account === undefined || name === undefined) return;
    const prefix = `${account} ${name} {`;
    for (const [key, family] of this.families) if (key.startsWith(prefix)) family.learn(Number(epoch));
  }
}
