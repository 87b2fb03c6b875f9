import { ApplicationsBench } from './testing/applications-bench.js';

let bench: ApplicationsBench;
beforeAll(async () => {
  bench = await ApplicationsBench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const revisionIn = (html: string): string => /name="_revision" value="([^"]+)"/.exec(html)?.[1] ?? '';
const JANE = {
  firstName: 'Jane',
  lastName: 'Doe',
  email: 'jane@example.com',
  country: 'DE',
  consent: 'yes',
} as const;
const apply = async (page: string, fields: Readonly<Record<string, string | readonly string[]>> = JANE) =>
  bench.post(page, { _revision: revisionIn((await bench.open(page)).text), _website: '', ...fields });
const applications = async () =>
  (await bench.call('GET', '/applications')).body['data'] as Record<string, unknown>[];
const affiliateOf = async (email: string) =>
  (
    (await bench.call('GET', `/affiliates?email=${encodeURIComponent(email)}`)).body['data'] as Record<
      string,
      unknown
    >[]
  )[0];
const consentsOf = async (email: string) =>
  (
    await bench.superuser.query<{ basis: string; wording: string | null; source: string | null }>(
      `SELECT c.basis, c.wording, c.source FROM consent c JOIN affiliate a ON a.id = c.affiliate_id
        WHERE a.email_key = $1 ORDER BY c.recorded_at`,
      [email],
    )
  ).rows;

describe('the public page of a campaign', () => {
  it('takes an application, answers with a page of its own, and shows it to the merchant', async () => {
    const { page } = await bench.campaign({ description: 'For bloggers.\n\nAnd <b>readers</b>.' });
    const shown = await bench.open(page);
    expect(shown).toMatchObject({ status: 200 });
    expect(shown.text).toContain('<p>And &lt;b&gt;readers&lt;/b&gt;.</p>');
    const sent = await apply(page);
    expect(sent.status).toBe(303);
    expect(sent.headers.get('location')).toBe(`${page}/thanks`);
    expect((await bench.open(`${page}/thanks`)).text).toContain('Thank you');
    expect(await applications()).toMatchObject([
      {
        email: 'jane@example.com',
        name: 'Jane Doe',
        status: 'applied',
        answers: [
          { key: 'firstName', label: 'First name', value: 'Jane' },
          { key: 'lastName', value: 'Doe' },
          { key: 'email', value: 'jane@example.com' },
          { key: 'country', value: 'DE', text: 'Germany' },
          { key: 'consent', value: true },
        ],
      },
    ]);
    expect(await consentsOf('jane@example.com')).toEqual([
      {
        basis: 'application',
        wording: expect.stringContaining('I agree that One stores my details') as string,
        source: `https://crm.example.com${page}`,
      },
    ]);
  });
});
