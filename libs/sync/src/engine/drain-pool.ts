import { VendorRest } from '../core/vendor-rest.js';
import { DrainLoop } from './drain-loop.js';
import type { EngineParts } from './engine-parts.js';
import { DueTimes } from './due-times.js';
import { Watermark } from './watermark.js';

interface Target {
  readonly organizationId: string;
  readonly connectionId: string;
}

interface Running {
  readonly target: Target;
  readonly loop: PooledLoop;
  /** Woken while it ran: it may have looked just before the new work came. */
  again: boolean;
  readonly ended: Promise<void>;
}

/** Connections worked at the same time by one process; those that stand still are not counted. */
const LOOPS_AT_ONCE = 16;
/** A loop that has heard nothing for so long makes room for another: it holds memory and sockets, but does no work. */
const STILL_AFTER_MS = 1_000;
/** With those that stand still: bounds what a process holds when a vendor hangs for everybody. */
const LOOPS_IN_ALL = 256;
const LOOK_EVERY_MS = 500;
/** More than any call to a provider may take (contained-provider.ts). A loop that is still after that never moves again. */
const STUCK_AFTER_MS = 11 * 60 * 1_000;
/** After this a loop gives way when others wait. */
const TIME_SLICE_MS = 5_000;
/** How long a shutdown waits for vendors to answer. */
const PATIENCE_MS = 5_000;

/** The part of a drain loop that the pool deals with. */
export type PooledLoop = Pick<DrainLoop, 'run' | 'poke' | 'stop' | 'cutShort' | 'giveUp' | 'stillForMs'>;

export type MakeLoop = (
  parts: EngineParts,
  target: Target,
  shouldGiveWay: () => boolean,
  watermark: Watermark,
  rest: VendorRest,
) => PooledLoop;

/**
 * The process's drain loops: one per target at the most, a bounded number together, the rest waiting in line. Targets that
 * hang keep no other from its turn, however many they are.
 */
export class DrainPool {
  private readonly running = new Map<string, Running>();
  private readonly line = new Map<string, Target>();
  private readonly watermarks = new Map<string, Watermark>();
  private readonly rests = new Map<string, VendorRest>();
  private readonly due: DueTimes;
  private readonly organizationOf = new Map<string, string>();
  private looking: NodeJS.Timeout | undefined;
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

  /**
   * Starts a loop for the target, or tells the running one that there may be more. Returns at once. A target that rests is
   * left alone: the sweep names it again.
   */
  start(target: Target): void {
    if (this.closing) return;
    const running = this.running.get(target.connectionId);
    if (running !== undefined) {
      running.again = true;
      running.loop.poke();
      return;
    }
    if (this.rest(target.connectionId).forMs > 0) return;
    if (this.isFull()) {
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
    this.lookNoMore();
  }

  private isFull(): boolean {
    if (this.running.size >= LOOPS_IN_ALL) return true;
    let working = 0;
    for (const { loop } of this.running.values()) if (loop.stillForMs < STILL_AFTER_MS) working += 1;
    return working >= this.loopsAtOnce;
  }

  private fill(): void {
    for (const [connectionId, target] of this.line) {
      if (this.isFull()) return;
      this.line.delete(connectionId);
      this.launch(target);
    }
  }

  private look(): void {
    for (const { target, loop } of this.running.values()) {
      if (loop.stillForMs < STUCK_AFTER_MS) continue;
      this.parts.log.error('A drain stood still for minutes; its lanes are handed on.', undefined, {
        ...target,
      });
      loop.giveUp();
      // Whether it ends is not waited for: its lanes are taken back when its lease has run out.
      this.running.delete(target.connectionId);
    }
    if (!this.closing) this.fill();
    if (this.running.size === 0) this.lookNoMore();
  }

  private lookNoMore(): void {
    clearInterval(this.looking);
    this.looking = undefined;
  }

  private launch(target: Target): void {
    const startedAt = performance.now();
    const loop = this.makeLoop(
      this.parts,
      target,
      () => this.line.size > 0 && performance.now() - startedAt > TIME_SLICE_MS,
      this.watermark(target.connectionId),
      this.rest(target.connectionId),
    );
    const running: Running = { target, loop, again: false, ended: this.follow(target, loop) };
    this.running.set(target.connectionId, running);
    this.looking ??= setInterval(() => this.look(), LOOK_EVERY_MS).unref();
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
        const restMs = this.rest(target.connectionId).forMs;
        this.due.set(target.connectionId, Math.max(end.nextDueInMs, restMs));
      }
    } catch (err) {
      // The sweep starts it again in a second.
      this.parts.log.error('A drain loop ended early.', err, { ...target });
    }
    const running = this.running.get(target.connectionId);
    // One that was given up may end after all, when another has long taken its place.
    if (running?.loop !== loop) return;
    this.running.delete(target.connectionId);
    if (this.closing) return;
    this.fill();
    if (again || running.again) this.start(target);
  }

  private watermark(connectionId: string): Watermark {
    const known = this.watermarks.get(connectionId) ?? new Watermark();
    this.watermarks.set(connectionId, known);
    return known;
  }

  private rest(connectionId: string): VendorRest {
    const known = this.rests.get(connectionId) ?? new VendorRest();
    this.rests.set(connectionId, known);
    return known;
  }
}
