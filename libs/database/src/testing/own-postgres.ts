import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { startEmbeddedPostgres, type EmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { databaseUrl } from '../embedded/database-roles.js';
import { runningPostmaster } from '../embedded/postmaster.js';
import { removeEmbeddedPostgres } from '../embedded/remove-embedded-postgres.js';
import { migrate } from '../migrate.js';
import type { TestDatabase } from './test-database.js';

const LOOKS_EVERY_MS = 20;

/**
 * A PostgreSQL server of a test's own, with the product's newest schema: for tests that let the server die. Unlike the
 * shared one it writes to the disk before it says so, because what it acknowledged has to outlive its death.
 */
export class OwnPostgres implements TestDatabase {
  private constructor(
    private readonly folder: string,
    private server: EmbeddedPostgres,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const folder = await mkdtemp(path.join(tmpdir(), 'rekomi-postgres-'));
    // The account that the server runs as, where it is another, has to get through.
    await chmod(folder, 0o711);
    const own = new OwnPostgres(folder, await startEmbeddedPostgres({ dataFolder: folder }));
    try {
      await migrate(own.ownerUrl, own.appUrl);
    } catch (err) {
      await own.drop();
      throw err;
    }
    return own;
  }

  get ownerUrl(): string {
    return this.server.ownerUrl;
  }

  get appUrl(): string {
    return this.server.appUrl;
  }

  get superuserUrl(): string {
    return databaseUrl(this.server.superuserUrl, 'rekomi');
  }

  /** Ends every process of the server at once and without a checkpoint, as `pg_ctl stop -m immediate` does. */
  async crash(): Promise<void> {
    const postmaster = await runningPostmaster(this.server.dataDirectory);
    if (postmaster === null) throw new Error('The server that should crash is not running.');
    process.kill(postmaster.pid, 'SIGQUIT');
    while ((await runningPostmaster(this.server.dataDirectory)) !== null) await pause(LOOKS_EVERY_MS);
  }

  /** On the same port as before. @throws Error when somebody else has it by now */
  async startAgain(): Promise<void> {
    const { port } = this.server;
    this.server = await startEmbeddedPostgres({ dataFolder: this.folder });
    if (this.server.port !== port) throw new Error(`Port ${port} was taken while the server was down.`);
  }

  async drop(): Promise<void> {
    await removeEmbeddedPostgres(this.folder);
    await rm(this.folder, { recursive: true, force: true });
  }
}
