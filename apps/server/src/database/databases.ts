import { createDataSource, DatabaseSetupError, Notifications, Tenancy } from '@rekomi/database';
import type { DataSource, DataSourceOptions } from 'typeorm';

export interface DatabasesOptions {
  readonly url: string;
  readonly apiPoolSize: number;
  readonly enginePoolSize: number;
  /** The engine's own statements are SQL; imports, which run beside it, know the programme's entities. */
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  /** A worker answers no requests, an API process runs no engine. */
  readonly uses: readonly ('api' | 'engine')[];
}

/**
 * The two pools of this process. Requests and engine do not share one: a busy engine must not keep a request waiting
 * for a connection. They are opened before everything else and closed after everything else.
 */
export class Databases {
  readonly api: DataSource;
  readonly engine: DataSource;
  readonly #used: readonly DataSource[];
  readonly #url: string;

  constructor(options: DatabasesOptions) {
    const { url, entities } = options;
    this.#url = url;
    this.api = createDataSource(
      { url, poolSize: options.apiPoolSize, applicationName: 'rekomi-api' },
      entities,
    );
    this.engine = createDataSource(
      { url, poolSize: options.enginePoolSize, applicationName: 'rekomi-engine' },
      entities,
    );
    this.#used = options.uses.map((use) => this[use]);
  }

  /** @throws DatabaseSetupError when the role could see every tenant's rows. */
  async open(): Promise<void> {
    try {
      for (const dataSource of this.#used) await dataSource.initialize();
      await this.#refuseUnsafeRole();
    } catch (err) {
      await this.close();
      throw err;
    }
  }

  async close(): Promise<void> {
    for (const dataSource of this.#used) {
      if (dataSource.isInitialized) await dataSource.destroy();
    }
  }

  /** Some pool that is open in this role, for questions that belong to no tenant. */
  get any(): DataSource {
    const [first] = this.#used;
    if (first === undefined) throw new Error('A process that uses no database was asked for one.');
    return first;
  }

  apiTenancy(): Tenancy {
    return new Tenancy(this.api);
  }

  engineTenancy(): Tenancy {
    return new Tenancy(this.engine, { byIndex: true });
  }

  /** What other processes tell on a channel; on a connection of its own, once started. */
  notifications(channel: string): Notifications {
    return new Notifications({ url: this.#url, applicationName: 'rekomi-news' }, channel);
  }

  async #refuseUnsafeRole(): Promise<void> {
    const rows: { name: string; unsafe: boolean }[] = await this.any.query(
      'SELECT rolname AS name, rolsuper OR rolbypassrls AS unsafe FROM pg_roles WHERE rolname = current_user',
    );
    if (rows[0]?.unsafe !== false) {
      throw new DatabaseSetupError(
        `The role ${rows[0]?.name ?? ''} of DATABASE_URL passes by row-level security, so tenants would not be kept apart. ` +
          `Use another role: CREATE ROLE rekomi_app LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS; then run the migrations with it.`,
      );
    }
  }
}
