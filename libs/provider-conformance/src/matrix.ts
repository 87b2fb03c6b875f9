import { ALL_CASES } from './all-cases.js';
import { WATCH_CASES } from './cases/watched.js';
import { RULES, type RuleId } from './conformance-case.js';
import type { CaseReport, CaseStatus, ConformanceReport } from './report.js';

const BEGIN = '<!-- matrix: written by npm run conformance -- --all --docs -->';
const END = '<!-- end of matrix -->';
const SIGNS: Readonly<Record<CaseStatus, string>> = { passed: '✓', failed: '✗', not_applicable: '–' };

/** The page with its matrix made anew from these reports; undefined when it has lost the marks around it. */
export function withMatrix(page: string, reports: readonly ConformanceReport[]): string | undefined {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) return undefined;
  return `${page.slice(0, from + BEGIN.length)}\n\n${matrixOf(reports)}\n${page.slice(to)}`;
}

/** What a page's matrix names, to find out whether it is stale. */
export function namedInMatrix(page: string): {
  readonly providers: readonly string[];
  readonly cases: readonly string[];
} {
  const matrix = page.slice(page.indexOf(BEGIN), page.indexOf(END));
  const heads = [...matrix.matchAll(/^\| case +\|(.*)\|$/gm)].map(([, cells]) => cells ?? '');
  return {
    providers: [...new Set(heads.flatMap((cells) => cells.split('|').map((cell) => cell.trim())))],
    cases: [...matrix.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, id]) => id ?? ''),
  };
}

/** Rule by rule: cases as rows, providers as columns; then why a case had nothing to examine. */
function matrixOf(reports: readonly ConformanceReport[]): string {
  const rules = Object.entries(RULES).flatMap(([rule, title]) => ruleTable(rule as RuleId, title, reports));
  return [...rules, '### Nothing to examine', '', ...reasons(reports), ''].join('\n');
}

function ruleTable(rule: RuleId, title: string, reports: readonly ConformanceReport[]): readonly string[] {
  const cases = [...ALL_CASES, ...WATCH_CASES].filter((one) => one.rule === rule);
  const slugs = reports.map(({ provider }) => provider.slug);
  return [
    `### ${title}`,
    '',
    `| case | ${slugs.join(' | ')} |`,
    `| --- |${' :-: |'.repeat(slugs.length)}`,
    ...cases.map(({ id, title: sentence }) => {
      const cells = reports.map((report) => SIGNS[of(report, id)?.status ?? 'failed']);
      return `| \`${id}\` ${sentence} | ${cells.join(' | ')} |`;
    }),
    '',
  ];
}

function reasons(reports: readonly ConformanceReport[]): readonly string[] {
  const grouped = new Map<string, string[]>();
  for (const { provider, cases } of reports) {
    for (const { id, status, reason } of cases) {
      if (status !== 'not_applicable') continue;
      const key = `- \`${id}\`: ${reason ?? ''}`;
      grouped.set(key, [...(grouped.get(key) ?? []), provider.slug]);
    }
  }
  return [...grouped].map(([key, slugs]) => `${key} (${slugs.join(', ')})`).sort();
}

function of({ cases }: ConformanceReport, id: string): CaseReport | undefined {
  return cases.find((one) => one.id === id);
}
