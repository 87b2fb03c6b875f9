import type { Tenancy } from '@rekomi/database';

import type { ActiveConnection } from './connection.js';

/** How long a process may not know that another one stopped a connection: as long as permits are reserved ahead. */
const EVERY_MS = 250;

/** In which state a connection is now that is not simply worked. */
type Told = (state: Exclude<ActiveConnection['state'], 'verified'>) => void;

/**
 * Tells loops of this process that their connection was stopped, by whichever process: by a key that the vendor no longer
 * accepts, by a person who pauses or disconnects it. A loop may have claimed in the very moment of that, so its lease
 * alone would not end it. Asks one question for all of them, and none while nothing is being worked on.
 */
export class ConnectionStops {
  private readonly watched = new Map<string, Set<Told>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly tenancy: Tenancy,
    private readonly onFailure: (err: unknown) => void,
  ) {}

  /**
   * @param onStopped told again and again for as long as the connection is not `verified`
   * @returns what ends the watch.
   */
  watch(connectionId: string, onStopped: Told): () => void {
    const listeners = this.watched.get(connectionId) ?? new Set<Told>();
    listeners.add(onStopped);
    this.watched.set(connectionId, listeners);
    this.timer ??= this.later();
    return () => {
      listeners.delete(onStopped);
      if (listeners.size === 0 && this.watched.get(connectionId) === listeners)
        this.watched.delete(connectionId);
    };
  }

  private later(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      void this.look().finally(() => {
        this.timer = this.watched.size === 0 ? undefined : this.later();
      });
    }, EVERY_MS);
    timer.unref();
    return timer;
  }

  private async look(): Promise<void> {
    if (this.watched.size === 0) return;
    try {
      const stopped = await this.tenancy.lookup<{ id: string; state: Parameters<Told>[0] }>(
        `SELECT s.id, s.state FROM connection_standings($1::uuid[]) s`,
        [[...this.watched.keys()]],
      );
      for (const { id, state } of stopped) for (const tell of this.watched.get(id) ?? []) tell(state);
    } catch (err) {
      // The next claim reads the connection anyway. And at an end nobody asks any more.
      if (this.watched.size > 0) this.onFailure(err);
    }
  }
}
