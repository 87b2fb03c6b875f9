import type { ProviderManifest } from '@rekomi/provider-contract';
import type { PaceAnswer, PaceGate, PaceResult } from '@rekomi/transport';

/** A person waits for these calls: beyond this, they hear when to try again instead. */
const LONGEST_WAIT_MS = 5_000;

/** Distances of one vendor account's families, shared by all calls of this process to it. */
class AccountPace {
  readonly nextAt = new Map<string, number>();
  readonly notBefore = new Map<string, number>();
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/**
 * The pace of calls that a person set off (verify, list audiences, create one): single calls, evenly spaced within the
 * manifest's usual rate, and never before the time the vendor asked for. The engine's own budget lives in the
 * database and is not touched by these few.
 */
export class AttendedPace {
  readonly #accounts = new Map<string, AccountPace>();

  constructor(private readonly clock: Clock) {}

  gate(account: string, manifest: ProviderManifest): PaceGate {
    const pace = this.#accounts.get(account) ?? new AccountPace();
    // Kept in order of use, so that the oldest can go: a process must not remember every account it ever saw.
    this.#accounts.delete(account);
    this.#accounts.set(account, pace);
    const oldest = this.#accounts.keys().next().value;
    if (this.#accounts.size > 1_000 && oldest !== undefined) this.#accounts.delete(oldest);
    return {
      acquire: (family) => this.#acquire(pace, family, manifest),
      release: (family, result) => this.#release(pace, family, result),
    };
  }

  async #acquire(pace: AccountPace, family: string, manifest: ProviderManifest): Promise<PaceAnswer> {
    const usual = manifest.limits[family]?.usual;
    const now = this.clock.now();
    const at = Math.max(now, pace.nextAt.get(family) ?? 0, pace.notBefore.get(family) ?? 0);
    if (at - now > LONGEST_WAIT_MS) return { kind: 'wait', until: new Date(at) };
    if (usual !== undefined) pace.nextAt.set(family, at + usual.perMs / usual.requests);
    if (at > now) await this.clock.sleep(at - now);
    return { kind: 'go' };
  }

  #release(pace: AccountPace, family: string, result: PaceResult): void {
    if (result.notBefore !== undefined) pace.notBefore.set(family, result.notBefore.getTime());
  }
}
