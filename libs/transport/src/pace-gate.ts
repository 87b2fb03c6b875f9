/** Room to send, or the time before which there is none. */
export type PaceAnswer = PaceGo | { readonly kind: 'wait'; readonly until: Date };

export interface PaceGo {
  readonly kind: 'go';
  /** Set when this request tries whether a vendor that was down is back; handed back with the result. */
  readonly probe?: string;
}

/** How an exchange ended, for a gate to learn from. */
export interface PaceResult {
  /** The vendor's status; absent when no complete answer came or nothing was sent. */
  readonly status?: number;
  /** No complete answer came. False as well when the request was withheld after the gate had let it pass. */
  readonly failed: boolean;
  /** From `Retry-After` of a 429 or 503: nobody should ask this family again before. */
  readonly notBefore?: Date;
}

/** Keeps the pace of a vendor account. The engine implements it. */
export interface PaceGate {
  /**
   * Resolves when a request of this family may be sent, or says until when there is no room. May wait itself; when the
   * signal aborts it should stop waiting by rejecting or answering anything.
   */
  acquire(family: string, signal: AbortSignal): Promise<PaceAnswer>;
  /** Called once after every `go`, with that `go`. */
  release(family: string, result: PaceResult, go?: PaceGo): void;
}
