import { VendorEmulation, type Reply } from '@rekomi/vendor-emulation';
import type { EmulatedRequest, EmulatorFactory, EmulatorOptions } from '@rekomi/provider-contract';
import { KlaviyoDoors } from './klaviyo.emulator-doors.js';
import type { Operation } from './klaviyo.emulator-model.js';
import { KlaviyoProbe } from './klaviyo.emulator-probe.js';
import { KlaviyoState } from './klaviyo.emulator-state.js';

/** How long what was answered 202 waits until it is done. */
const JOB_DELAY_MS = 500;

/**
 * Klaviyo as its pages describe it in November 2026 (revision 2026-07-15), with two accounts. Subscriptions, imports
 * and erasures are done a moment after they were taken.
 */
class KlaviyoEmulation extends VendorEmulation<Operation> {
  readonly slug = 'klaviyo';
  readonly hosts = ['a.klaviyo.com'];
  readonly probe: KlaviyoProbe;
  private readonly state = new KlaviyoState();
  private readonly doors = new KlaviyoDoors(this.state);

  constructor(options: EmulatorOptions) {
    super(options);
    this.probe = new KlaviyoProbe({
      state: this.state,
      now: options.now,
      commit: (operation) => this.commit(operation),
      settle: () => this.settleUntil(Infinity),
      writes: () => this.writeCount,
      reset: () => {
        this.commit({ k: 'reset' });
        this.forget();
        this.doors.forget();
      },
    });
  }

  protected answer(request: EmulatedRequest): Reply<Operation> {
    const now = this.options.now();
    this.settleUntil(now);
    return this.doors.enter(request, now);
  }

  protected apply(operation: Operation): void {
    this.state.apply(operation);
  }

  private settleUntil(now: number): void {
    for (const [a, { jobs }] of this.state.accounts.entries()) {
      for (const { id, at, status } of jobs.values()) {
        if (status === 'queued' && at + JOB_DELAY_MS <= now) this.commit({ k: 'ran', a, id });
      }
    }
  }
}

export const klaviyoEmulator: EmulatorFactory = (options) => new KlaviyoEmulation(options).restored();
