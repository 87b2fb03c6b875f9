import { setTimeout as pause } from 'node:timers/promises';

import type { Campaign } from './campaign.js';
import { between, oneOf, type Stream } from './seed.js';

/** Index of a server, the sandbox, the Redis that wakes, or only what that Redis knows. */
export type Target = number | 'sandbox' | 'redis' | 'redis memory';

export interface KillerOptions {
  readonly kills: number;
  /** Milliseconds between two kills. */
  readonly everyMs: readonly [number, number];
  /** Named as often as they are to be hit. */
  readonly targets: readonly Target[];
}

/**
 * Kills processes of a campaign without warning, again and again, and starts each anew at once. Several may be down at
 * the same time. Whom and when comes from the campaign's seed.
 */
export class Killer {
  /** Kills that found work open. A run in which none did proves nothing. */
  hits = 0;
  /** All of them. */
  kills = 0;
  private readonly random: Stream;
  private readonly down = new Map<Target, Promise<void>>();
  private failure: unknown;

  constructor(
    private readonly campaign: Campaign,
    private readonly options: KillerOptions,
  ) {
    this.random = campaign.seed.stream('killer');
  }

  /** Resolves when all kills are done and everything runs again. @throws when something did not come back */
  async run(): Promise<void> {
    const { kills, everyMs, targets } = this.options;
    for (let done = 0; done < kills && this.failure === undefined; done += 1) {
      await pause(between(this.random, ...everyMs));
      const target = oneOf(this.random, targets);
      // Whoever is on the way back is waited for, so that each kill meets a process that works.
      await this.down.get(target);
      if ((await this.campaign.backlog()) > 0) this.hits += 1;
      await this.kill(target);
      this.kills += 1;
      this.down.set(
        target,
        this.restart(target).catch((err: unknown) => {
          this.failure = err;
        }),
      );
    }
    await Promise.all(this.down.values());
    if (this.failure !== undefined) throw this.failure as Error;
  }

  private async kill(target: Target): Promise<void> {
    const { product, faults } = this.campaign;
    if (target === 'sandbox') {
      faults.note('kill sandbox', { mayRepeat: true });
      return product.killSandbox();
    }
    if (target === 'redis') {
      faults.note('kill redis', { mayRepeat: false });
      return product.redis?.kill();
    }
    if (target === 'redis memory') {
      // It is away itself while a kill of it is being made good.
      await this.down.get('redis');
      faults.note('flush redis', { mayRepeat: false });
      return product.redis?.flush();
    }
    const role = product.roleOf(target);
    // A process that only answers requests sends nothing to a vendor, so no repeat can be its fault.
    faults.note(`kill ${role}`, { mayRepeat: role !== 'api' });
    return product.killServer(target);
  }

  private async restart(target: Target): Promise<void> {
    const { product } = this.campaign;
    if (target === 'sandbox') return product.startSandbox();
    if (target === 'redis') return product.redis?.startAgain();
    if (target !== 'redis memory') return product.startServer(target);
  }
}
