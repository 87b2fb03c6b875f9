import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { programEntities } from '@rekomi/programs';
import { loadVaultKeyFile, Vault, VaultKeyring } from '@rekomi/vault';
import path from 'node:path';
import type { Logger } from 'pino';

import type { ServerSettings } from './config/settings.js';
import { createApp } from './create-app.js';
import { Databases } from './database/databases.js';
import { Readiness } from './health/readiness.js';
import { PublicUrl } from './resources/public-url.js';

export interface RunningServer {
  readonly port: number;
  /** Ends in order: not ready, engine, requests, database. Calling it twice is the same as once. */
  close(): Promise<void>;
}

/** Starts this process in its role and returns once it listens. */
export async function startServer(settings: ServerSettings, logger: Logger): Promise<RunningServer> {
  const vault = await openVault(settings, logger);
  const databases = createDatabases(settings);
  await databases.open();
  let app: NestFastifyApplication | undefined;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    app?.get(Readiness).drain();
    try {
      await app?.close();
    } finally {
      await databases.close();
    }
  };
  try {
    app = await createApp({ settings, databases, vault }, logger);
    if (settings.ROLE !== 'worker') {
      const { serveDocument } = await import('./openapi/serve-document.js');
      serveDocument(app);
    }
    await app.listen(settings.PORT, settings.HOST);
    const address = app.getHttpServer().address();
    const port = typeof address === 'object' && address !== null ? address.port : settings.PORT;
    app.get(PublicUrl).listensOn(port);
    logger.info({ role: settings.ROLE, host: settings.HOST, port }, 'listening');
    return { port, close: () => (closing ??= close()) };
  } catch (err) {
    // The engine runs before the port is taken: it has to end as well.
    await close();
    throw err;
  }
}

export function createDatabases(settings: ServerSettings): Databases {
  return new Databases({
    url: settings.DATABASE_URL,
    apiPoolSize: settings.DATABASE_POOL_API,
    enginePoolSize: settings.DATABASE_POOL_ENGINE,
    entities: [...programEntities],
    uses: settings.ROLE === 'all' ? ['api', 'engine'] : [settings.ROLE === 'api' ? 'api' : 'engine'],
  });
}

async function openVault(settings: ServerSettings, logger: Logger): Promise<Vault> {
  if (settings.REKOMI_VAULT_KEYS !== undefined)
    return new Vault(VaultKeyring.parse(settings.REKOMI_VAULT_KEYS));
  const file = path.join(settings.REKOMI_DATA, 'vault.keys');
  const loaded = await loadVaultKeyFile(file);
  if (loaded.created) {
    logger.warn(
      { file },
      'New vault keys were made. Keep a copy of this file: without it stored credentials are lost.',
    );
  }
  if (loaded.readableByOthers) {
    logger.warn(
      { file },
      'Other accounts of this machine can read the vault keys. Run: chmod 600 on the file.',
    );
  }
  return new Vault(loaded.keyring);
}
