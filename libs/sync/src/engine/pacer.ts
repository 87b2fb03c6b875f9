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

/**
 * Keeps the pace of vendor accounts for this process. The truth is in the database, shared by all processes; this
 * holds the small change.
 */
export class Pacer {
  private readonly families = new Map<string, PacedFamily>();
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
    const familyOf = (name: string): PacedFamily => {
      const limit = manifest.limits[name];
      if (limit === undefined)
        throw new Error(`${manifest.slug} has no limits for the endpoint family ${name}.`);
      const plan = pacePlan(limit, settings);
      const key = `${accountKey.toString('hex')} ${name} ${JSON.stringify(plan)}`;
      const known = this.families.get(key);
      if (known !== undefined) return known;
      const budget = { account: accountKey, family: name };
      const hasNews = (): boolean => this.news?.isListening ?? false;
      const made = new PacedFamily(this.store, budget, plan, limit.timeoutMs, hasNews);
      this.families.set(key, made);
      return made;
    };
    return {
      acquire: (family, signal) => familyOf(family).acquire(signal),
      release: (family, result, go) => familyOf(family).release(result, go),
      hadEnough: (family, forMs) => familyOf(family).hadEnough(forMs),
    };
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
