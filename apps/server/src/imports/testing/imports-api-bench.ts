import type pg from 'pg';

import { ProgramsApiModule } from '../../programs/programs-api.module.js';
import { type Reply, ServedModules } from '../../testing/served-modules.js';
import { ImportsApiModule } from '../imports-api.module.js';
import { ImportsWorkerModule } from '../imports-worker.module.js';

export type { Reply } from '../../testing/served-modules.js';

interface CallOptions {
  readonly as?: 'stranger';
  readonly headers?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 50;

/** The routes about imports and the loop that works them off, over HTTP on a real database. */
export class ImportsApiBench {
  readonly origin: string;
  readonly key: string;
  readonly superuser: pg.Pool;

  private constructor(private readonly served: ServedModules) {
    this.origin = served.origin;
    this.key = served.key;
    this.superuser = served.superuser;
  }

  static async open(): Promise<ImportsApiBench> {
    return new ImportsApiBench(
      await ServedModules.start({
        name: 'imports-api-bench',
        imports: [ProgramsApiModule, ImportsApiModule, ImportsWorkerModule],
      }),
    );
  }

  close(): Promise<void> {
    return this.served.close();
  }

  async reset(): Promise<void> {
    await this.served.empty('import_run, affiliate, campaign, idempotency_key CASCADE');
  }

  /** A request with a JSON body. */
  call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Reply> {
    return this.send(
      method,
      path,
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      options,
    );
  }

  /** Sends a file as the body. */
  upload(content: string | Buffer, options: CallOptions & { readonly type?: string } = {}): Promise<Reply> {
    const headers = { 'content-type': options.type ?? 'text/csv' };
    return this.send(
      'POST',
      '/imports?fileName=affiliates.csv',
      { body: new Uint8Array(Buffer.from(content)), headers },
      options,
    );
  }

  send(method: string, path: string, init: RequestInit, options: CallOptions = {}): Promise<Reply> {
    return this.served.send(method, `/v1${path}`, {
      ...init,
      headers: {
        ...this.served.authorization(options.as),
        ...(init.headers as Record<string, string> | undefined),
        ...options.headers,
      },
    });
  }

  /** Asks until the import is in this state. */
  async until(id: string, state: string): Promise<Reply['body']> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const { body } = await this.call('GET', `/imports/${id}`);
      if (body['state'] === state) return body;
      if (Date.now() > end || body['state'] === 'failed')
        throw new Error(`Never ${state}: ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.superuser.query<{ count: number }>(`SELECT count(*)::int FROM ${table}`);
    return rows[0]?.count ?? 0;
  }
}
