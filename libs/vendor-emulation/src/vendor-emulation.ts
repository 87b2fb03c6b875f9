import type {
  EmulatedAnswer,
  EmulatedExchange,
  EmulatedRequest,
  EmulatorOptions,
  EmulatorProbe,
  VendorEmulator,
} from '@rekomi/provider-contract';
import { answerProbe } from './probe-calls.js';

/** What a vendor's own emulator says about a request: the answer, and what the vendor does about it. */
export interface Reply<Operation> extends EmulatedAnswer {
  /** In the order in which they happen. Stored before the answer is given. */
  readonly operations?: readonly Operation[];
}

const KEPT_EXCHANGES = 50_000;
/** Where keys stand. */
const SECRET_HEADERS = ['authorization', 'api-key', 'api-token', 'x-kit-api-key', 'x-api-key', 'cookie'];

/**
 * What every emulated vendor has in common: operations that are journalled before they are answered and replayed after
 * a kill, a log of exchanges, and the control calls. A vendor adds `answer` (a request becomes an answer and operations;
 * it changes nothing) and `apply` (an operation changes the state; it cannot fail).
 *
 * An operation is plain data (it is stored as JSON) and holds everything that decides its effect, times included.
 */
export abstract class VendorEmulation<Operation> implements VendorEmulator {
  abstract readonly slug: string;
  abstract readonly hosts: readonly string[];
  abstract readonly probe: EmulatorProbe;

  private operations: Operation[] = [];
  private exchanges: EmulatedExchange[] = [];
  private applied = 0;

  constructor(protected readonly options: EmulatorOptions) {}

  /** Called by the factory once the vendor's own state stands. */
  restored(): this {
    for (const entry of this.options.journal.replay()) {
      const { operation } = entry as { readonly operation: Operation };
      this.operations.push(operation);
      this.apply(operation);
    }
    return this;
  }

  handle(request: EmulatedRequest): EmulatedAnswer {
    const { operations = [], ...answer } = this.answer(request);
    for (const operation of operations) this.commit(operation);
    this.applied += operations.length;
    this.remember(request, answer);
    return answer;
  }

  control(method: string, path: string, query: URLSearchParams, body: unknown): unknown {
    if (method === 'GET' && path === 'snapshot') {
      return { entries: this.operations.map((operation) => ({ operation })) };
    }
    if (method === 'GET' && path === 'exchanges') return { exchanges: this.exchanges };
    return answerProbe(this.probe, { method, path, query, body });
  }

  /** Requests that reached the vendor, oldest first. */
  seen(): readonly EmulatedExchange[] {
    return this.exchanges;
  }

  protected abstract answer(request: EmulatedRequest): Reply<Operation>;
  protected abstract apply(operation: Operation): void;

  /** For `probe.writes`. */
  protected get writeCount(): number {
    return this.applied;
  }

  /** An operation that no request brought: the merchant's own doing. */
  protected commit(operation: Operation): void {
    this.options.journal.append({ operation });
    this.operations.push(operation);
    this.apply(operation);
  }

  /** For `probe.reset`, which has to empty the vendor's own state as well. */
  protected forget(): void {
    this.operations = [];
    this.exchanges = [];
    this.applied = 0;
  }

  private remember(request: EmulatedRequest, answer: EmulatedAnswer): void {
    const headers = Object.entries(request.headers).filter(([name]) => !SECRET_HEADERS.includes(name));
    this.exchanges.push({
      at: new Date(this.options.now()).toISOString(),
      method: request.method,
      host: request.host,
      path: request.rawPath,
      query: request.query.toString(),
      headers: Object.fromEntries(headers),
      body: request.body,
      answer: { status: answer.status, body: answer.body },
    });
    if (this.exchanges.length > 2 * KEPT_EXCHANGES) this.exchanges = this.exchanges.slice(-KEPT_EXCHANGES);
  }
}
