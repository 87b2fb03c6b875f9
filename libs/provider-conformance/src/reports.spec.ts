import { readCommandLine } from './command-line.js';
import { harOf } from './har.js';
import { namedInMatrix, withMatrix } from './matrix.js';
import { summaryTable } from './printed-report.js';
import { reportPage } from './report-page.js';
import type { ConformanceReport } from './report.js';

const report: ConformanceReport = {
  provider: { slug: 'plain-post', name: 'Acme <Mail>', checkedOn: '2026-09-03' },
  mode: 'emulated',
  startedAt: '2026-09-03T10:00:00.000Z',
  durationMs: 1500,
  cases: [
    { id: 'tags-added', title: 'Tags join', rule: 'tags', status: 'passed', durationMs: 5, claims: [] },
    {
      ...{ id: 'erasure', title: 'An erasure', rule: 'taking-back', status: 'not_applicable' },
      ...{ reason: 'The vendor erases nobody.', durationMs: 0, claims: [] },
    },
    {
      ...{ id: 'secrets-nowhere', title: 'No secret', rule: 'secrets', status: 'failed' },
      ...{ reason: 'a <script> of somebody', durationMs: 0, claims: [] },
    },
  ],
  unproven: ['tags: native'],
  passed: false,
};

describe('the matrix in the documents', () => {
  const page =
    'Before.\n\n<!-- matrix: written by npm run conformance -- --all --docs -->\nyesterday\n<!-- end of matrix -->\n\nAfter.\n';

  it('is written between its marks and can be read again', () => {
    const written = withMatrix(page, [
      report,
      { ...report, provider: { ...report.provider, slug: 'other' } },
    ])!;
    expect(written).toMatch(/^Before\.[^]*After\.\n$/);
    expect(written).not.toContain('yesterday');
    expect(written).toContain('- `erasure`: The vendor erases nobody. (plain-post, other)');
    const named = namedInMatrix(written);
    expect(named.providers).toEqual(['plain-post', 'other']);
    expect(named.cases).toContain('tags-added');
  });

  it('is not written into a page that has lost them', () => {
    expect(withMatrix('no marks', [report])).toBeUndefined();
  });
});

test('The page tells every case and lets nothing through that would be markup', () => {
  const html = reportPage([report]);
  expect(html).toContain('a &#60;script&#62; of somebody');
  expect(html).toContain('Acme &#60;Mail&#62;');
  expect(html).toContain('tags: native');
  expect(html).not.toContain('<script');
});

test('The table has one line per provider', () => {
  expect(summaryTable([report]).split('\n')[2]).toMatch(/^plain-post +1 +1 +1 +1 +1\.5$/);
});

test('An exchange without an answer stands in the archive with its reason', () => {
  const failure = { reason: 'timeout', maybeSent: true, detail: 'no answer' } as const;
  const exchange = {
    ...{ at: '2026-09-03T10:00:00.000Z', durationMs: 150, family: 'api', method: 'PUT' },
    ...{
      url: 'https://api.plain-post.example/v1/contacts/a?b=c',
      requestHeaders: {},
      requestBody: '{}',
      failure,
    },
  };
  expect(harOf([{ provider: 'plain-post', caseId: 'fault-timeout', exchange }])).toMatchObject({
    log: {
      version: '1.2',
      entries: [
        {
          comment: 'plain-post: fault-timeout',
          request: { method: 'PUT', queryString: [{ name: 'b', value: 'c' }], postData: { text: '{}' } },
          response: { status: 0 },
          _failure: failure,
        },
      ],
    },
  });
});

describe('the command line', () => {
  it.each([
    [[], 'Name one or more'],
    [['--all', 'acme'], 'Name one or more'],
    [['acme', '--docs'], '--docs needs --all'],
    [['--all', '--live'], '--live examines'],
    [['acme', '--sideways'], 'Unknown option'],
  ])('says what is wrong with %j', (args, words) => {
    expect(readCommandLine(args)).toContain(words);
  });

  it('takes a folder, cases and files', () => {
    expect(
      readCommandLine(['../acme', '--case', 'a', '--case', 'b', '--har', 'x.har', '--report', 'out']),
    ).toEqual({
      ...{ subjects: ['../acme'], all: false, docs: false, live: false },
      ...{ only: ['a', 'b'], harFile: 'x.har', reportFolder: 'out' },
    });
  });
});
