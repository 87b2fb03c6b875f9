import { Injectable, Logger } from '@nestjs/common';
import { migrations, sqlState } from '@rekomi/database';

import { Databases } from '../database/databases.js';

const PATIENCE_MS = 2000;
const NO_SUCH_TABLE = '42P01';
const NOT_ALLOWED = '42501';

export interface Check {
  readonly name: 'shutdown' | 'database' | 'migrations';
  readonly ok: boolean;
  readonly detail: string;
}

/** Whether this process should get work. What vendors do has no part in it. */
@Injectable()
export class Readiness {
  readonly #log = new Logger(Readiness.name);
  #draining = false;

  constructor(private readonly databases: Databases) {}

  /** From now on not ready: the process is about to end. */
  drain(): void {
    this.#draining = true;
  }

  async checks(): Promise<readonly Check[]> {
    if (this.#draining) return [{ name: 'shutdown', ok: false, detail: 'This process is shutting down.' }];
    const pending = await this.#pendingMigrations();
    if (pending === undefined) {
      return [{ name: 'database', ok: false, detail: 'The database does not answer.' }];
    }
    const upToDate = pending.length === 0;
    return [
      { name: 'database', ok: true, detail: 'The database answers.' },
      {
        name: 'migrations',
        ok: upToDate,
        detail: upToDate
          ? 'The schema is up to date.'
          : `Run the migrations; not applied: ${pending.join(', ')}.`,
      },
    ];
  }

  /** Undefined when the database gave no answer in time. */
  async #pendingMigrations(): Promise<readonly string[] | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    });
    const answer = this.databases.any
      .query<{ name: string }[]>('SELECT name FROM migrations')
      .then((rows) => {
        const applied = new Set(rows.map(({ name }) => name));
        return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
      })
      .catch((err: unknown) => {
        // The migrations make the table and let the runtime role read it, so they have not run here.
        if ([NO_SUCH_TABLE, NOT_ALLOWED].includes(sqlState(err))) return migrations.map(({ name }) => name);
        this.#log.warn({ msg: 'The database gave no answer to the readiness check.', err });
        return undefined;
      });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
