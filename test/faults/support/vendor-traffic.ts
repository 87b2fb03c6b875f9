/** What passed between the product and a vendor whose allowance is judged: requests and refusals, each with its time. */
export class VendorTraffic {
  private readonly arrivals: number[] = [];
  private readonly refused: { readonly at: number }[] = [];
  private since = Infinity;

  /** From now on it counts. */
  begin(): void {
    this.since = Date.now();
  }

  sent(piece: Buffer): void {
    // The tracker for events has an allowance of its own.
    if (/^(?:GET|POST|PUT|PATCH|DELETE) \/[^ ]*\/api\/3\//.test(piece.toString('latin1')))
      this.arrivals.push(Date.now());
  }

  answered(piece: Buffer): void {
    if (/^HTTP\/1\.1 429 /.test(piece.toString('latin1'))) this.refused.push({ at: Date.now() });
  }

  /** Milliseconds since 1970. */
  requests(): readonly number[] {
    return this.arrivals.filter((at) => at >= this.since);
  }

  refusals(): readonly { readonly at: number }[] {
    return this.refused.filter(({ at }) => at >= this.since);
  }

  /** The most that arrived in any period of the length. */
  mostWithin(ms: number): number {
    const all = this.requests();
    return Math.max(0, ...all.map((start) => all.filter((at) => at >= start && at < start + ms).length));
  }
}
