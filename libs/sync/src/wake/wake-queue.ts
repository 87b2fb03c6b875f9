/** Tells other processes that a connection has work. At most one waiting job per connection; losing any is harmless. */
export interface WakeQueue {
  /** Returns at once; errors are the queue's own business. */
  wake(connectionId: string): void;
  /** Hands the id of every woken connection to `handler`, which must return at once. */
  listen(handler: (connectionId: string) => void): Promise<void>;
  close(): Promise<void>;
}
