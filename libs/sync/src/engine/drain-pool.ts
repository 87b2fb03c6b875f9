import { DrainLoop } from './drain-loop.js';
import type { EngineParts } from './engine-parts.js';
import { DueTimes } from './due-times.js';
import { Watermark } from './watermark.js';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

interface Running {
  readonly loop: PooledLoop;
  readonly startedAt: number;
  /** Woken while it ran: it may have looked just before the new work came. */
  again: boolean;
  readonly ended: Promise<void>;
}

/** Connections worked at the same time by one process. */
const LOOPS_AT_ONCE = 16;
/** After this a loop gives way when others wait. */
const TIME_SLICE_MS = 5_000;
/** How long a shutdown waits for vendors to answer. */
const PATIENCE_MS = 5_000;

/** The part of a drain loop that the pool deals with. */
export type PooledLoop = Pick<DrainLoop, 'run' | 'poke' | 'stop' | 'cutShort'>;

export type MakeLoop = (
  parts: EngineParts,
  target: Target,
  shouldGiveWay: () => boolean,
  watermark: Watermark,
) => PooledLoop;

/** The process's drain loops: one per target at the most, a bounded number together, the rest waiting in line. */
export class DrainPool {
  private readonly running = new Map<string, Running>();
  private readonly line = new Map<string, Target>();
  private readonly watermarks = new Map<string, Watermark>();
  private readonly due: DueTimes;
  private readonly organizationOf = new Map<string, string>();
  private closing = false;

  constructor(
    private readonly parts: EngineParts,
    private readonly makeLoop: MakeLoop = (...args) => new DrainLoop(...args),
    private readonly loopsAtOnce: number = LOOPS_AT_ONCE,
  ) {
    this.due = new DueTimes((connectionId) => {
      const organizationId = this.organizationOf.get(connectionId);
      if (organizationId !== undefined) this.start({ organizationId, connectionId });
    });
  }

  /** Starts a loop for the target, or tells the running one that there may be more. Returns at once. */
  start(target: Target): void {
    if (this.closing) return;
    const running = this.running.get(target.connectionId);
    if (running !== undefined) {
      running.again = true;
      running.loop.poke();
      return;
    }
    if (this.running.size >= this.loopsAtOnce) {
      this.line.set(target.connectionId, target);
      return;
    }
    this.launch(target);
  }

  /** Lets every loop finish what it has in hand, within a few seconds: a vendor that hangs holds no shutdown up. */
  async close(): Promise<void> {
    this.closing = true;
    this.due.clear();
    this.line.clear();
    const running = [...this.running.values()];
    for (const { loop } of running) loop.stop();
    const patience = setTimeout(() => {
      for (const { loop } of running) loop.cutShort();
    }, PATIENCE_MS);
    await Promise.all(running.map(({ ended }) => ended));
    clearTimeout(patience);
  }

  private launch(target: Target): void {
    const startedAt = performance.now();
    const loop = this.makeLoop(
      this.parts,
      target,
      () => this.line.size > 0 && performance.now() - startedAt > TIME_SLICE_MS,
      this.watermark(target.connectionId),
    );
    const running: Running = { loop, startedAt, again: false, ended: this.follow(target, loop) };
    this.running.set(target.connectionId, running);
  }

  private async follow(target: Target, loop: PooledLoop): Promise<void> {
    // The entry in `running` is made right after this call returns its promise.
    await Promise.resolve();
    let again = false;
    try {
      const end = await loop.run();
      again = end.gaveWay;
      if (end.nextDueInMs !== undefined) {
        this.organizationOf.set(target.connectionId, target.organizationId);
        this.due.set(target.connectionId, end.nextDueInMs);
      }
    } catch (err) {
      // The sweep starts it again in a second.
      this.parts.log.error('A drain loop ended early.', err, { ...target });
    }
    again ||= this.running.get(target.connectionId)?.again ?? false;
    this.running.delete(target.connectionId);
    if (this.closing) return;
    const [next] = this.line.values();
    if (next !== undefined) {
      this.line.delete(next.connectionId);
      this.launch(next);
    }
    if (again) this.start(target);
  }

  private watermark(connectionId: string): Watermark {
    const known = this.watermarks.get(connectionId) ?? new Watermark();
    this.watermarks.set(connectionId, known);
    return known;
  }
}
