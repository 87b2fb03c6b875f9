import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What happens to one connection. Without any of it bytes pass as they are. */
export interface Script {
  /** Milliseconds by which each piece is late, in both directions. */
  readonly delayMs?: number;
  /**
   * Resets the connection: `before` whatever the client sent first reached the upstream, or `after` the upstream answered
   * it, in place of the answer.
   */
  readonly reset?: 'before' | 'after';
  /** Nothing arrives any more, in neither direction, and nobody is told: the connection looks open to both sides. */
  readonly blackHole?: boolean;
  /** Bytes of what the upstream answers; then the connection ends in the middle. */
  readonly truncateAfter?: number;
  /** The answer trickles: so many bytes in each hundredth of a second. */
  readonly dripBytes?: number;
}

export type Harm = 'reset before' | 'reset after' | 'black hole' | 'truncate';

export interface TcpProxyOptions {
  /** Of a server on loopback; asked for each connection. */
  readonly port: () => number;
  /** The script of a connection, by its number from 1; none unless told. */
  readonly script?: (connection: number) => Script;
  /** From a piece on for which this is true the connection is a black hole; the piece itself falls into it. */
  readonly swallows?: (piece: Buffer) => boolean;
  /** Told when a script or `swallows` did harm. */
  readonly onHarm?: (kind: Harm) => void;
  /** Sees each piece that a client sent, before the upstream does. */
  readonly onSent?: (piece: Buffer, connection: number) => void;
  /** Sees each piece of an answer, before the client does. */
  readonly onAnswered?: (piece: Buffer, connection: number) => void;
}

const DRIP_EVERY_MS = 10;

/** Stands between two programs on loopback and does to their connections what networks do. */
export class TcpProxy {
  private readonly pipes = new Set<Pipe>();
  private connections = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(options: TcpProxyOptions): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new TcpProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (client) => {
      const number = (proxy.connections += 1);
      const script = options.script?.(number) ?? {};
      const pipe = new Pipe(client, connect(options.port(), '127.0.0.1'), script, {
        sent: (piece) => options.onSent?.(piece, number),
        answered: (piece) => options.onAnswered?.(piece, number),
        swallows: (piece) => options.swallows?.(piece) ?? false,
        harm: (kind) => options.onHarm?.(kind),
      });
      proxy.pipes.add(pipe);
      pipe.onEnd(() => proxy.pipes.delete(pipe));
    });
    return proxy;
  }

  /** Connections that are open now, black holes included. */
  get open(): number {
    return this.pipes.size;
  }

  /** Swallows what comes over the connections that are open now; new ones are not touched. @returns how many */
  blackHole(): number {
    const now = [...this.pipes].filter((pipe) => !pipe.isBlackHole);
    for (const pipe of now) pipe.swallow();
    return now.length;
  }

  /** Resets the connections that are open now. @returns how many */
  reset(): number {
    const now = [...this.pipes];
    for (const pipe of now) pipe.reset();
    return now.length;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.reset();
    await closed;
  }
}

interface Watcher {
  sent(piece: Buffer): void;
  answered(piece: Buffer): void;
  swallows(piece: Buffer): boolean;
  harm(kind: Harm): void;
}

class Pipe {
  isBlackHole: boolean;
  private answered = 0;
  private readonly ended: (() => void)[] = [];
  private isOver = false;
  /** Pieces leave in the order in which they came, however late. */
  private readonly last = { up: Promise.resolve(), down: Promise.resolve() };

  constructor(
    private readonly client: Socket,
    private readonly upstream: Socket,
    private readonly script: Script,
    private readonly see: Watcher,
  ) {
    this.isBlackHole = script.blackHole ?? false;
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    client.on('data', (piece: Buffer) => {
      if (this.isBlackHole) return;
      see.sent(piece);
      if (see.swallows(piece)) {
        see.harm('black hole');
        this.swallow();
      } else if (script.reset === 'before') {
        see.harm('reset before');
        this.reset();
      } else this.pass('up', piece);
    });
    upstream.on('data', (piece: Buffer) => {
      if (this.isBlackHole) return;
      see.answered(piece);
      if (script.reset === 'after') {
        see.harm('reset after');
        this.reset();
      } else this.pass('down', piece);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => undefined);
      // Whoever ends a black hole is not heard on the other side, which goes on believing in the connection.
      one.on('end', () => {
        if (!this.isBlackHole) void Promise.all(Object.values(this.last)).then(() => other.end());
      });
      one.on('close', (failed) => {
        if (failed && !this.isBlackHole) other.destroy();
        this.isOver = client.destroyed && upstream.destroyed;
        if (this.isOver) for (const listener of this.ended) listener();
      });
    }
  }

  onEnd(listener: () => void): void {
    this.ended.push(listener);
  }

  swallow(): void {
    this.isBlackHole = true;
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.upstream.destroy();
  }

  private pass(direction: 'up' | 'down', piece: Buffer): void {
    const { delayMs = 0 } = this.script;
    this.last[direction] = this.last[direction].then(async () => {
      if (delayMs > 0) await pause(delayMs);
      if (this.isBlackHole) return;
      if (direction === 'up') this.upstream.write(piece);
      else await this.answer(piece);
    });
  }

  private async answer(piece: Buffer): Promise<void> {
    const { truncateAfter = Infinity, dripBytes } = this.script;
    const left = truncateAfter - this.answered;
    const whole = piece.subarray(0, Math.max(0, left));
    this.answered += whole.length;
    const step = dripBytes ?? whole.length;
    for (let from = 0; from < whole.length; from += step) {
      if (dripBytes !== undefined) await pause(DRIP_EVERY_MS);
      if (this.client.destroyed || this.isBlackHole) return;
      this.client.write(whole.subarray(from, from + step));
    }
    if (piece.length <= left) return;
    this.see.harm('truncate');
    this.client.end();
    this.upstream.destroy();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
