import pg from 'pg';

import { Notifications } from './notifications.js';
import { migratedTestDatabase, type TestDatabase } from './testing/index.js';

let database: TestDatabase;
let superuser: pg.Pool;

beforeAll(async () => {
  database = await migratedTestDatabase();
  superuser = new pg.Pool({ connectionString: database.superuserUrl, max: 1 });
});
afterAll(async () => {
  await superuser.end();
  await database.drop();
});

async function eventually(holds: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error('It did not come to that.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('news from the database', () => {
  it('arrive, also after the connection broke', async () => {
    const news = new Notifications({ url: database.appUrl, applicationName: 'news-test' }, 'test_news');
    const heard: string[] = [];
    news.onMessage((message) => heard.push(message));
    await news.start();
    await eventually(() => news.isListening);
    await superuser.query(`SELECT pg_notify('test_news', 'one')`);
    await eventually(() => heard.includes('one'));

    await superuser.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'news-test'`,
    );
    await eventually(() => !news.isListening);
    await eventually(() => news.isListening);
    await superuser.query(`SELECT pg_notify('test_news', 'two')`);
    await eventually(() => heard.includes('two'));
    await news.close();
    expect(news.isListening).toBe(false);
  });

  it('are known to be missing while there is no database', async () => {
    const nowhere = new Notifications(
      { url: 'postgres://nobody@127.0.0.1:1/nothing', applicationName: 'news-test' },
      'test_news',
    );
    await nowhere.start();
    expect(nowhere.isListening).toBe(false);
    await nowhere.close();
  });
});
