import { Logger } from '@nestjs/common';

const EVERY_MS = 60_000;
/** Above this many, marks of those not seen for a while are forgotten. */
const MOST = 10_000;

/** Writes "last used" of keys and sessions at most once a minute each, with nobody waiting for it. */
export class LastSeen {
  readonly #log = new Logger(LastSeen.name);
  readonly #markedAt = new Map<string, number>();
  readonly #writing = new Set<Promise<void>>();

  /** A failed write concerns no request; it is tried again a minute later. */
  mark(id: string, write: () => Promise<unknown>): void {
    const now = performance.now();
    const last = this.#markedAt.get(id);
    if (last !== undefined && now - last < EVERY_MS) return;
    if (this.#markedAt.size >= MOST) this.#forget(now);
    this.#markedAt.set(id, now);
    const writing = write()
      .then(
        () => undefined,
        (err: unknown) => this.#log.debug({ msg: 'The time of last use could not be noted.', id, err }),
      )
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  /** Waits for what is being written. */
  async settle(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #forget(now: number): void {
    for (const [id, at] of this.#markedAt) if (now - at >= EVERY_MS) this.#markedAt.delete(id);
  }
}
