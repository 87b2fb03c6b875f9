import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ALL_CASES } from './all-cases.js';
import { WATCH_CASES } from './cases/watched.js';
import { loadSubject, slugsIn } from './load-subject.js';
import { namedInMatrix } from './matrix.js';
import type { ConformanceReport } from './report.js';
import { reasonAgainst, runConformance } from './run.js';

/** Far more than a run takes on a busy machine. */
const RUN_MS = 300_000;
const root = path.resolve(import.meta.dirname, '..', '..', '..');
const providersFolder = path.join(root, 'libs', 'providers');

// One after the other: Jest links a module that two imports want at the same time only once in a while.
const loadings: Awaited<ReturnType<typeof loadSubject>>[] = [];
for (const slug of slugsIn(providersFolder))
  loadings.push(await loadSubject(path.join(providersFolder, slug)));
const subjects = loadings.flatMap((loading) => (loading.kind === 'loaded' ? [loading.subject] : []));

test('Every provider folder can be examined', () => {
  expect(loadings.flatMap((loading) => (loading.kind === 'failed' ? [loading.reason] : []))).toEqual([]);
});

describe.each(subjects.map((subject) => [subject.provider.manifest.name, subject] as const))(
  '%s',
  (_, subject) => {
    let report: ConformanceReport;

    // One run for all of them: the cases of a run go side by side.
    beforeAll(async () => {
      report = await runConformance(subject);
    }, RUN_MS);

    const cases = ALL_CASES.filter((one) => reasonAgainst(one, subject) === undefined);

    it.each([...cases, ...WATCH_CASES].map(({ id, title }) => [title, id]))('%s (%s)', (_title, id) => {
      const { status, reason } = report.cases.find((one) => one.id === id)!;
      expect({ status, reason }).toEqual({ status: 'passed' });
    });

    it('claims nothing in its manifest that no case proves', () => {
      expect(report.unproven).toEqual([]);
    });
  },
);

test('The matrix in the documents names exactly the providers and cases that there are', () => {
  const named = namedInMatrix(readFileSync(path.join(root, 'docs', 'conformance.md'), 'utf8'));
  const cases = [...ALL_CASES, ...WATCH_CASES].map(({ id }) => id);
  // Stale? npm run conformance -- --all --docs
  expect([...named.providers].sort()).toEqual([...slugsIn(providersFolder)]);
  expect([...named.cases].sort()).toEqual([...cases].sort());
});

test('No two cases have the same name', () => {
  const ids = [...ALL_CASES, ...WATCH_CASES].map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});
