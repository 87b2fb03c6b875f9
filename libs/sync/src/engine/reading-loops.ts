import { DueTimes } from './due-times.js';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

/** A loop that reads at a vendor until nothing is due. */
export interface ReadingLoop {
  stop(): void;
  /** @returns when there is more to do, in milliseconds; undefined when nothing waits. */
  run(): Promise<number | undefined>;
}

/** A process's reading loops: one per connection at the most, each started again when it said. */
export class ReadingLoops {
  private readonly running = new Map<string, { readonly loop: ReadingLoop; readonly ended: Promise<void> }>();
  private readonly targets = new Map<string, Target>();
  private readonly times = new DueTimes((connectionId) => {
    const target = this.targets.get(connectionId);
    this.targets.delete(connectionId);
    if (target !== undefined) this.start(target);
  });
  private closing = false;

  constructor(
    private readonly make: (target: Target) => ReadingLoop,
    private readonly onFailure: (err: unknown, target: Target) => void,
  ) {}

  start(target: Target): void {
    const { connectionId } = target;
    if (this.closing || this.running.has(connectionId)) return;
    const loop = this.make(target);
    const ended = loop
      .run()
      .then((inMs) => {
        if (inMs === undefined) return;
        this.targets.set(connectionId, target);
        this.times.set(connectionId, inMs);
      })
      // The sweep starts it again in a moment.
      .catch((err: unknown) => this.onFailure(err, target))
      .finally(() => this.running.delete(connectionId));
    this.running.set(connectionId, { loop, ended });
  }

  /** Whatever is under way is broken off: a look that showed nothing is taken again. */
  async close(): Promise<void> {
    this.closing = true;
    this.times.clear();
    for (const { loop } of this.running.values()) loop.stop();
    await Promise.all([...this.running.values()].map(({ ended }) => ended));
  }
}
