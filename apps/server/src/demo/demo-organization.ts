import { createDataSource, Tenancy } from '@rekomi/database';
import { ApiKeyService, OrganizationService } from '@rekomi/identity';

export const DEMO_SLUG = 'demo';

export interface DemoOrganization {
  /** A key for it, made just now. */
  readonly apiKey: string;
  /** False: it was there before, from a start that broke off or whose data folder is gone. */
  readonly created: boolean;
}

/**
 * The organisation that `npm start` works in, and a new test key for it. Keys are kept hashed, so an older one cannot
 * be given out again; it stays valid.
 *
 * @param databaseUrl of the runtime role
 */
export async function openDemoOrganization(databaseUrl: string): Promise<DemoOrganization> {
  const dataSource = createDataSource({ url: databaseUrl, poolSize: 1, applicationName: 'rekomi-seed' });
  await dataSource.initialize();
  try {
    const tenancy = new Tenancy(dataSource);
    const organizations = new OrganizationService(tenancy);
    const existing = await organizations.findBySlug(DEMO_SLUG);
    const id = existing ?? (await organizations.create('Demo', DEMO_SLUG)).id;
    const { secret } = await new ApiKeyService(tenancy).create(id, {
      name: existing === undefined ? 'Test key of npm start' : 'Test key of npm start, made again',
      scope: 'read_write',
      environment: 'test',
    });
    return { apiKey: secret, created: existing === undefined };
  } finally {
    await dataSource.destroy();
  }
}
