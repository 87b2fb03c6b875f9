import { VendorEmulation, type Reply } from '@rekomi/vendor-emulation';
import type { EmulatedRequest, EmulatorFactory, EmulatorOptions } from '@rekomi/provider-contract';
import { BrazeDoors } from './braze.emulator-doors.js';
import { WORKSPACES, type Operation } from './braze.emulator-model.js';
import { BrazeProbe } from './braze.emulator-probe.js';
import { BrazeState } from './braze.emulator-state.js';

/** How long what was taken waits until it is done. */
const DELAY_MS = 300;

/** Braze as its pages describe it in November 2026, with one workspace in every instance. Success means queued. */
class BrazeEmulation extends VendorEmulation<Operation> {
  readonly slug = 'braze';
  readonly hosts = WORKSPACES.map(({ host }) => host);
  readonly probe: BrazeProbe;
  private readonly state = new BrazeState();
  private readonly doors = new BrazeDoors(this.state);

  constructor(options: EmulatorOptions) {
    super(options);
    this.probe = new BrazeProbe({
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
    const waiting = this.state.queue.findIndex(({ at }) => at + DELAY_MS > now);
    const count = waiting < 0 ? this.state.queue.length : waiting;
    if (count > 0) this.commit({ k: 'ran', count });
  }
}

export const brazeEmulator: EmulatorFactory = (options) => new BrazeEmulation(options).restored();
