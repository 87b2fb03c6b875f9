import { randomUUID } from 'node:crypto';

import pg from 'pg';

const RECONNECT_MS = 1_000;
/** A connection that broke without a word is found by asking. */
const ASK_EVERY_MS = 10_000;
const ANSWER_WITHIN_MS = 5_000;

/** Begins a message to oneself. */
const ECHO = 'echo ';

/**
 * Listens to one channel of PostgreSQL on a connection of its own, and comes back when it breaks. Messages sent meanwhile
 * are lost: whoever relies on them asks the tables while `isListening` is false. It listens only once a message of its own
 * came back: behind a pooler that hands out connections by the transaction none does.
 */
export class Notifications {
  private readonly id = randomUUID();
  private client: pg.Client | undefined;
  private listening = false;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;
  private connecting: Promise<void> | undefined;
  private readonly listeners: ((message: string) => void)[] = [];

  constructor(
    private readonly options: { readonly url: string; readonly applicationName: string },
    private readonly channel: string,
  ) {}

  get isListening(): boolean {
    return this.listening;
  }

  onMessage(listener: (message: string) => void): void {
    this.listeners.push(listener);
  }

  /** Resolves after the first try, whether it worked or not; from then on it tries by itself. */
  async start(): Promise<void> {
    this.connecting = this.connect();
    await this.connecting;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.connecting;
    await this.drop();
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: this.options.applicationName,
      keepAlive: true,
      query_timeout: ANSWER_WITHIN_MS,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
    });
    client.on('notification', ({ payload = '' }) => {
      if (payload.startsWith(ECHO)) {
        if (payload === `${ECHO}${this.id}`) this.listening = client === this.client;
      } else for (const listener of this.listeners) listener(payload);
    });
    client.on('error', () => void this.broken(client));
    client.on('end', () => void this.broken(client));
    this.client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(this.channel)}`);
      await this.check(client);
    } catch {
      await this.broken(client);
    }
  }

  private async check(client: pg.Client): Promise<void> {
    try {
      await client.query('SELECT pg_notify($1, $2)', [this.channel, `${ECHO}${this.id}`]);
      this.later(() => this.check(client), ASK_EVERY_MS);
    } catch {
      await this.broken(client);
    }
  }

  private async broken(client: pg.Client): Promise<void> {
    if (client !== this.client) return;
    await this.drop();
    this.later(() => {
      this.connecting = this.connect();
      return this.connecting;
    }, RECONNECT_MS);
  }

  private async drop(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    this.listening = false;
    await client?.end().catch(() => undefined);
  }

  private later(work: () => Promise<void>, inMs: number): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => void work(), inMs);
    this.timer.unref();
  }
}
