/** Tells other processes that a connection has work. At most one waiting job per connection; losing any is harmless. */
export interface WakeQueue {
  /** Returns at once; errors are the queue's own business. */
  wake(connectionId: string): void;
  /**
   * Hands the id of every woken connection to `handler`, which must return at once. From then on a wake of this process is
   * its own business: the handler gets it at once, and no other process does.
   */
  listen(handler: (connectionId: string) => void): Promise<void>;
  close(): Promise<void>;
}
