import { createDataSource, Tenancy } from '@rekomi/database';
import { migratedTestDatabase } from '@rekomi/database/testing';
import { ApiKeyAuthenticator } from '@rekomi/identity';

import { openDemoOrganization } from './demo-organization.js';
import { demoPeople } from './demo-people.js';

describe('the organisation of the first start', () => {
  let database: Awaited<ReturnType<typeof migratedTestDatabase>>;

  beforeAll(async () => {
    database = await migratedTestDatabase();
  });

  afterAll(() => database.drop());

  it('is made once; asked for again it gets a further key, and both open the same door', async () => {
    const first = await openDemoOrganization(database.appUrl);
    const second = await openDemoOrganization(database.appUrl);
    expect([first.created, second.created]).toEqual([true, false]);

    const options = { url: database.appUrl, poolSize: 1, applicationName: 'test' };
    const dataSource = await createDataSource(options).initialize();
    const authenticator = new ApiKeyAuthenticator(new Tenancy(dataSource));
    try {
      const [one, other] = [
        await authenticator.authenticate(`Bearer ${first.apiKey}`),
        await authenticator.authenticate(`Bearer ${second.apiKey}`),
      ];
      expect(one.organizationId).toBe(other.organizationId);
      expect(one.actor).toMatchObject({ kind: 'api_key', environment: 'test', scope: 'read_write' });
    } finally {
      await authenticator.onModuleDestroy();
      await dataSource.destroy();
    }
  });
});

describe('the people of the demo', () => {
  const now = new Date('2026-11-24T00:00:00Z');
  const people = demoPeople(now);

  it('are forty, each with an address of their own that reaches nobody', () => {
    expect(new Set(people.map((person) => person.email)).size).toBe(40);
    for (const { email } of people)
      expect(email).toMatch(/^[a-z]+(?:-[a-z]+)?(?:\.[a-z]+)*@[a-z]+\.example$/);
  });

  it('joined before now, whatever the clock says', () => {
    const days = people.map((person) => person.joinedAt);
    expect(days.at(-1)).toBe('2026-11-23');
    expect([...days].sort()).toEqual(days);
  });
});
