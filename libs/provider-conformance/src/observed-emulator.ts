import type {
  EmulatedAnswer,
  EmulatedRequest,
  EmulatorProbe,
  VendorEmulator,
} from '@rekomi/provider-contract';

/** A request that reached the emulated vendor. */
export interface Arrival {
  readonly request: EmulatedRequest;
  readonly answer: EmulatedAnswer;
  /** Whether the vendor changed anything because of it. */
  readonly wrote: boolean;
}

/** The emulator as it is, with a note of every request, and a script of answers that are given in its place. */
export class ObservedEmulator implements VendorEmulator {
  readonly slug: string;
  readonly hosts: readonly string[];
  readonly probe: EmulatorProbe;
  readonly arrivals: Arrival[] = [];
  private script: (EmulatedAnswer | 'vendor')[] = [];

  constructor(private readonly emulator: VendorEmulator) {
    this.slug = emulator.slug;
    this.hosts = emulator.hosts;
    this.probe = emulator.probe;
  }

  /** The next requests get these answers; `vendor` lets one through. */
  play(answers: readonly (EmulatedAnswer | 'vendor')[]): void {
    this.script = [...answers];
  }

  /** Answers of the script that nothing has asked for yet. */
  get unplayed(): number {
    return this.script.filter((answer) => answer !== 'vendor').length;
  }

  async handle(request: EmulatedRequest): Promise<EmulatedAnswer> {
    const scripted = this.script.shift();
    if (scripted !== undefined && scripted !== 'vendor') {
      this.arrivals.push({ request, answer: scripted, wrote: false });
      return scripted;
    }
    const before = this.probe.writes();
    const answer = this.emulator.handle(request);
    const settled = answer instanceof Promise ? await answer : answer;
    this.arrivals.push({ request, answer: settled, wrote: this.probe.writes() !== before });
    return settled;
  }

  control(method: string, path: string, query: URLSearchParams, body: unknown): unknown {
    return this.emulator.control(method, path, query, body);
  }
}
