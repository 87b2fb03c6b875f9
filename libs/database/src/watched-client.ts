import pg from 'pg';

import { NamedStatements, type StatementError, StatementTexts } from './named-statements.js';

/** Without a byte of an answer for so long, the server is asked whether it still works on it. */
const SILENT_MS = 5_000;
/** An answer may be on its way although the server has done its work. */
const ON_ITS_WAY_MS = 1_000;
const ASK_WITHIN_MS = 3_000;
const CONNECTS_WITHIN_MS = 10_000;
/** Whoever only listens says a word once in this time, to hear whether anybody is there. */
const WORD_EVERY_MS = 4_000;
/** Of all connections of this process. */
const TEXTS = new StatementTexts();
/** A statement is ended by the server after its time-out; what is not here by then and this long after never comes. */
const PAST_TIMEOUT_MS = 15_000;

export interface WatchedClientConfig extends pg.ClientConfig {
  /** Milliseconds; shorter in tests. */
  readonly silentMs?: number;
}

/**
 * A connection that notices when it is half open: a firewall or a machine in between forgot it, nothing arrives any
 * more, and the operating system goes on for a quarter of an hour before it says so. A statement that is not answered is
 * asked after over a second connection; when the server does not work on it, this connection is broken and says so, and
 * the session it leaves behind (with its locks) is ended.
 *
 * For pools (`Client` of their options) and for connections that listen.
 */
export class WatchedClient extends pg.Client {
  /** Out of sight of whoever prints a client: it may hold a password. */
  readonly #config: WatchedClientConfig;
  readonly #silentMs: number;
  readonly #statements = new NamedStatements(TEXTS);
  #watch: Watch | undefined;
  #words: NodeJS.Timeout | undefined;
  #isOver = false;
  #isHeld = false;

  constructor(config: WatchedClientConfig = {}) {
    // Saying hello can get lost as well.
    super({ connectionTimeoutMillis: CONNECTS_WITHIN_MS, ...config });
    this.#config = config;
    this.#silentMs = config.silentMs ?? SILENT_MS;
    this.#connection.on('errorMessage', (err) => this.#statements.failed(err));
    const query = this.query.bind(this) as (...args: unknown[]) => unknown;
    this.query = ((...args: unknown[]) => {
      this.#expectAnswer();
      this.#writeTogether();
      if (isListen(args[0])) this.#sayWords();
      return query(...this.#named(args));
    }) as typeof this.query;
  }

  /** Not by listeners: whoever borrows a client may take all of them away. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'drain') this.#rest();
    if (event === 'end') this.#over();
    // Between two holders nobody listens; an error that breaks the connection just then must not end the process. Whoever
    // takes it next is told by its query, and the pool takes it for broken.
    if (event === 'error' && this.listenerCount('error') === 0) return false;
    return super.emit(event, ...args);
  }

  /** A statement that comes often is prepared. */
  #named(args: unknown[]): unknown[] {
    const [text, values, ...rest] = args;
    if (typeof text !== 'string' || !Array.isArray(values)) return args;
    const name = this.#statements.nameOf(text, values);
    if (name === undefined) return args;
    return [{ name, text, values }, ...rest];
  }

  /** What is asked in one moment is written in one piece: a write costs more than all that is in it. */
  #writeTogether(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#isHeld = false;
      this.#socket.uncork();
    });
  }

  get #bytesRead(): number {
    return this.#socket.bytesRead;
  }

  get #socket(): Socket {
    return this.#connection.stream;
  }

  get #connection(): Connection {
    return this.connection as unknown as Connection;
  }

  get #pid(): number | null {
    return (this as unknown as { readonly processID: number | null }).processID;
  }

  #expectAnswer(): void {
    if (this.#watch !== undefined || this.#isOver) return;
    const watch: Watch = { since: performance.now(), read: this.#bytesRead };
    this.#watch = watch;
    this.#lookAgain(watch, this.#silentMs);
  }

  #lookAgain(watch: Watch, inMs: number): void {
    watch.read = this.#bytesRead;
    watch.timer = setTimeout(() => void this.#look(watch), inMs);
    watch.timer.unref();
  }

  async #look(watch: Watch): Promise<void> {
    const isSilent = (): boolean => this.#watch === watch && watch.read === this.#bytesRead;
    if (isSilent()) {
      const asked = await this.#ask(`SELECT state <> 'active' AS done FROM session`);
      if (asked === true)
        await new Promise((resolve) => setTimeout(resolve, Math.min(ON_ITS_WAY_MS, this.#silentMs)));
      if (isSilent() && (asked === true || this.#isPastTimeout(watch))) return this.#giveUp();
    }
    if (this.#watch === watch) this.#lookAgain(watch, this.#silentMs);
  }

  #isPastTimeout({ since }: Watch): boolean {
    const limit = Number(this.#config.statement_timeout ?? 0);
    return limit > 0 && performance.now() - since > limit + PAST_TIMEOUT_MS;
  }

  #giveUp(): void {
    this.#socket.destroy(new Error('The connection to the database broke without a word.'));
    void this.#ask(`SELECT pg_terminate_backend(pid) AS done FROM session`);
  }

  /** Of this client's session. Undefined: nobody answered, or it is not there (behind a pooler it has another number). */
  async #ask(sql: string): Promise<boolean | undefined> {
    const { Client: _, silentMs: __, ...config } = this.#config as WatchedClientConfig & { Client?: unknown };
    const { password } = this;
    const asker = new pg.Client({
      ...config,
      ...(password === undefined ? {} : { password }),
      connectionTimeoutMillis: ASK_WITHIN_MS,
      query_timeout: ASK_WITHIN_MS,
    });
    asker.on('error', () => undefined);
    try {
      await asker.connect();
      const { rows } = await asker.query<{ done: boolean }>(
        `WITH session AS (
           SELECT pid, state FROM pg_stat_activity
            WHERE pid = $1 AND usename = current_user AND datname = current_database())
         ${sql}`,
        [this.#pid],
      );
      return rows[0]?.done;
    } catch {
      return undefined;
    } finally {
      await asker.end().catch(() => undefined);
    }
  }

  #sayWords(): void {
    if (this.#words !== undefined || this.#isOver) return;
    this.#words = setInterval(
      () => {
        if (this.#watch === undefined) this.query('SELECT 1').catch(() => undefined);
      },
      Math.min(WORD_EVERY_MS, this.#silentMs),
    );
    this.#words.unref();
  }

  #rest(): void {
    clearTimeout(this.#watch?.timer);
    this.#watch = undefined;
  }

  #over(): void {
    this.#isOver = true;
    this.#rest();
    clearInterval(this.#words);
  }
}

interface Connection {
  readonly stream: Socket;
  on(event: 'errorMessage', heard: (err: StatementError) => void): void;
}

interface Socket {
  readonly bytesRead: number;
  cork(): void;
  uncork(): void;
  destroy(err: Error): void;
}

/** One time of waiting for the server, of one or several statements. */
interface Watch {
  readonly since: number;
  /** Bytes that had come at the last look. */
  read: number;
  timer?: NodeJS.Timeout;
}

function isListen(query: unknown): boolean {
  const text = typeof query === 'string' ? query : (query as { readonly text?: unknown } | undefined)?.text;
  return typeof text === 'string' && /^\s*(--.*\n\s*)*LISTEN\b/i.test(text);
}
