import { type Sandbox, startSandbox } from './every-vendor.js';
import { control, putPerson } from './testing/vendor-client.js';

describe('the sandbox', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startSandbox();
    await control(sandbox, 'POST', 'customer-io/settings', { delayMs: 0 });
  });

  afterEach(() => sandbox.close());

  it('hands a request to the vendor that owns the host, path and query untouched', async () => {
    await putPerson(sandbox, 'a/b+c%d@example.com');
    const answer = await fetch(
      `${sandbox.url}/api.customer.io/v1/customers?email=${encodeURIComponent('a/b+c%d@example.com')}`,
      { headers: { authorization: 'Bearer sandbox-app-us' } },
    );
    expect(await answer.json()).toMatchObject({ results: [{ email: 'a/b+c%d@example.com' }] });
    const { exchanges } = await control(sandbox, 'GET', 'customer-io/exchanges?host=track.customer.io');
    expect(exchanges).toMatchObject([{ path: '/api/v1/customers/a%2Fb%2Bc%25d%40example.com' }]);
  });

  it('listens on the loopback interface and says which vendors it has', async () => {
    expect(sandbox.url).toBe(`http://127.0.0.1:${sandbox.port}`);
    expect(await control(sandbox, 'GET', 'health')).toEqual({
      status: 'ok',
      vendors: expect.arrayContaining(['customer-io']) as unknown,
    });
  });

  it('knows no other host, and gives the snapshot with its keys to nobody', async () => {
    expect((await fetch(`${sandbox.url}/example.com/`)).status).toBe(404);
    expect((await fetch(`${sandbox.url}/_sandbox/customer-io/snapshot`)).status).toBe(404);
    expect((await fetch(`${sandbox.url}/_sandbox/nobody/people`)).status).toBe(404);
  });

  it('shows people and activity on a page that no name can break', async () => {
    await putPerson(sandbox, 'o\'brien"<script>alert(1)</script>@example.com');
    const page = await (await fetch(sandbox.url)).text();
    expect(page).toContain('o&#39;brien&#34;&#60;script&#62;alert(1)&#60;/script&#62;@example.com');
    expect(page).not.toContain('<script');
    expect(page).not.toContain('sandbox-track-us');
    expect(page).toContain('<caption>Activity (the latest 50)</caption>');
  });
});
