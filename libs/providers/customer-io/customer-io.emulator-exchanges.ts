import type { EmulatedAnswer, EmulatedRequest } from '@rekomi/provider-contract';

const KEPT = 1000;
const KEPT_BYTES = 16 * 1024 * 1024;

interface Kept {
  readonly number: number;
  readonly at: number;
  readonly request: EmulatedRequest;
  readonly answer: EmulatedAnswer;
}

/** The latest requests as they came and what was answered, for holding them against the vendor's description. */
export class ExchangeRing {
  private readonly kept = new Map<number, Kept>();
  private readonly hits = new Map<string, number>();
  private count = 0;
  private bytes = 0;
  private oldest = 1;

  record(at: number, request: EmulatedRequest, answer: EmulatedAnswer, route: string): void {
    this.count += 1;
    const hit = `${request.host} ${request.method} ${route} ${answer.status}`;
    this.hits.set(hit, (this.hits.get(hit) ?? 0) + 1);
    this.kept.set(this.count, { number: this.count, at, request, answer });
    this.bytes += request.body.length + answer.body.length;
    while (this.kept.size > KEPT || (this.bytes > KEPT_BYTES && this.kept.size > 1)) this.forgetOldest();
  }

  private forgetOldest(): void {
    const gone = this.kept.get(this.oldest);
    this.kept.delete(this.oldest);
    this.oldest += 1;
    if (gone !== undefined) this.bytes -= gone.request.body.length + gone.answer.body.length;
  }

  /** Every hit ever: `host method route status` → number. */
  counters(): Record<string, number> {
    return Object.fromEntries([...this.hits].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  withStatus(status: number): number {
    let sum = 0;
    for (const [hit, count] of this.hits) if (hit.endsWith(` ${status}`)) sum += count;
    return sum;
  }

  /** Oldest first; credentials are masked. */
  after(number: number, limit: number, host?: string): readonly Record<string, unknown>[] {
    const page: Record<string, unknown>[] = [];
    for (const exchange of this.kept.values()) {
      if (page.length === limit) break;
      const { request, answer } = exchange;
      if (exchange.number <= number || (host !== undefined && request.host !== host)) continue;
      page.push({
        number: exchange.number,
        at: new Date(exchange.at).toISOString(),
        method: request.method,
        host: request.host,
        path: request.rawPath,
        query: request.query.toString(),
        headers: masked(request.headers),
        body: request.body,
        answer: { status: answer.status, headers: answer.headers ?? {}, body: answer.body },
      });
    }
    return page;
  }

  clear(): void {
    this.kept.clear();
    this.hits.clear();
    this.bytes = 0;
    this.oldest = this.count + 1;
  }
}

function masked(headers: EmulatedRequest['headers']): Record<string, string> {
  const scheme = headers['authorization']?.split(' ', 1)[0];
  return { ...headers, ...(scheme === undefined ? {} : { authorization: `${scheme} ***` }) };
}
