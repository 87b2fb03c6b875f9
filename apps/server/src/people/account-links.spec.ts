import 'reflect-metadata';

import { migratedTestDatabase, type TestDatabase } from '@rekomi/database/testing';
import pg from 'pg';

import { PublicUrl } from '../resources/public-url.js';
import { AccountLinks } from './account-links.js';

let database: TestDatabase;
let links: AccountLinks;

beforeAll(async () => {
  database = await migratedTestDatabase();
  const address = new PublicUrl({ PUBLIC_URL: 'https://crm.example.com', PORT: 3000 });
  links = await AccountLinks.open(database.appUrl, address);
});

afterAll(async () => {
  await links.close();
  await database.drop();
});

describe('the operator’s command', () => {
  it('makes a link for the first owner of an organisation that nobody owns', async () => {
    expect(await links.firstOwner()).toBeUndefined();
    const made = await links.organization('Ünïcode & Co');
    expect(made).toMatch(/^https:\/\/crm\.example\.com\/account\/first\/[\w-]{43}$/);
    const again = await links.firstOwner();
    expect(again).toMatch(/\/account\/first\//);
    expect(again).not.toBe(made);
    await expect(links.organization('Unicode Co')).rejects.toMatchObject({
      problem: { code: 'already_exists' },
    });
  });

  it('makes a link to a new password for somebody known, in whatever case, and for nobody else', async () => {
    const superuser = new pg.Client(database.superuserUrl);
    await superuser.connect();
    await superuser.query(
      `INSERT INTO app_user (id, email, name) VALUES (gen_random_uuid(), 'ada@example.com', 'Ada')`,
    );
    await superuser.end();
    expect(await links.reset('ADA@example.com')).toMatch(
      /^https:\/\/crm\.example\.com\/account\/reset\/[\w-]{43}$/,
    );
    expect(await links.reset('nobody@example.com')).toBeUndefined();
  });
});
