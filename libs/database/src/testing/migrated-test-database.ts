import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { migrate } from '../migrate.js';
import { testDatabase, type TestDatabase } from './test-database.js';

const MIGRATIONS = fileURLToPath(new URL('../migrations/', import.meta.url));

/** A fresh database with the product's newest schema. Drop it after the last test of the file. */
export function migratedTestDatabase(): Promise<TestDatabase> {
  return testDatabase({
    fingerprint: fingerprint(),
    migrate: async (ownerUrl) => {
      const appUrl = new URL(ownerUrl);
      appUrl.username = 'rekomi_app';
      await migrate(ownerUrl, appUrl.toString());
    },
  });
}

/** Any change to a migration, a released one included, or to what is done around them builds the template anew. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(MIGRATIONS).sort()) {
    if (/\.[jt]s$/.test(name) && !name.endsWith('.d.ts')) {
      hash.update(name).update(readFileSync(`${MIGRATIONS}${name}`));
    }
  }
  for (const file of ['../migrate', './migrated-test-database']) hash.update(readFileSync(sourceOf(file)));
  return hash.digest('hex');
}

/** The file itself, from source or built. */
function sourceOf(file: string): URL {
  return new URL(`${file}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}
