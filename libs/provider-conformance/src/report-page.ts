import { RULES, type RuleId } from './conformance-case.js';
import { countsOf, type CaseReport, type CaseStatus, type ConformanceReport } from './report.js';

const WORDS: Readonly<Record<CaseStatus, string>> = {
  passed: 'passed',
  failed: 'failed',
  not_applicable: 'nothing to examine',
};

const STYLE = `
:root{color-scheme:light dark;--text:#1c1b1a;--quiet:#5c5955;--ground:#fff;--line:#c9c5bf;--bad:#a3231f;--good:#1d6b3a}
@media (prefers-color-scheme:dark){:root{--text:#eceae6;--quiet:#b0aca5;--ground:#191817;--line:#4a4743;--bad:#ff9a90;--good:#86d6a2}}
body{font:1rem/1.55 system-ui,sans-serif;margin:0 auto;padding:2rem 1rem;max-width:64rem;color:var(--text);background:var(--ground)}
h1{font-size:1.6rem}h2{font-size:1.3rem;margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1.5rem}h3{font-size:1rem;margin-bottom:.3rem}
.quiet{color:var(--quiet)}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid var(--line);padding:.4rem .6rem;text-align:left;vertical-align:top}
td.status{white-space:nowrap}.failed{color:var(--bad);font-weight:600}.passed{color:var(--good)}.not_applicable{color:var(--quiet)}
code{font:.875em ui-monospace,monospace}pre{font:.85rem/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0 0}
a{color:inherit}`;

/** One static page without scripts about a run: a summary, then every case of every provider with its reason. */
export function reportPage(reports: readonly ConformanceReport[]): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Conformance report</title>
<style>${STYLE}</style></head>
<body><main><h1>Conformance report</h1>
<div class="wide" role="region" tabindex="0" aria-label="Summary"><table><caption class="quiet">Cases by provider</caption>
<thead><tr><th scope="col">Provider</th><th scope="col">Result</th><th scope="col">Passed</th><th scope="col">Failed</th><th scope="col">Nothing to examine</th><th scope="col">Seconds</th></tr></thead>
<tbody>${reports.map(summaryRow).join('')}</tbody></table></div>
${reports.map(section).join('\n')}
</main></body></html>
`;
}

function summaryRow(report: ConformanceReport): string {
  const counts = countsOf(report);
  const result = report.passed ? 'passed' : 'failed';
  return `<tr><th scope="row"><a href="#${escaped(report.provider.slug)}">${escaped(report.provider.name)}</a></th><td class="${result}">${result}</td><td>${counts.passed}</td><td>${counts.failed}</td><td>${counts.not_applicable}</td><td>${(report.durationMs / 1000).toFixed(1)}</td></tr>`;
}

function section(report: ConformanceReport): string {
  const { slug, name, apiVersion, checkedOn } = report.provider;
  const facts = [
    report.mode === 'live' ? 'against a live account' : 'against the emulated vendor',
    ...(apiVersion === undefined ? [] : [`API: ${apiVersion}`]),
    `facts compared on ${checkedOn}`,
    `run at ${report.startedAt}`,
  ];
  const unproven =
    report.unproven.length === 0
      ? ''
      : `<h3 class="failed">Claims that no case proves</h3><ul>${report.unproven.map((claim) => `<li><code>${escaped(claim)}</code></li>`).join('')}</ul>`;
  const rules = Object.entries(RULES).map(([rule, title]) => {
    const own = report.cases.filter((one) => one.rule === (rule as RuleId));
    return own.length === 0 ? '' : ruleTable(`${slug}: ${title}`, title, own);
  });
  return `<section aria-labelledby="${escaped(slug)}"><h2 id="${escaped(slug)}">${escaped(name)}</h2>
<p class="quiet">${escaped(facts.join(' · '))}</p>${unproven}
${rules.join('\n')}</section>`;
}

function ruleTable(label: string, title: string, cases: readonly CaseReport[]): string {
  const rows = cases.map(({ id, title: sentence, status, reason }) => {
    const why = reason === undefined ? '' : `<pre>${escaped(reason)}</pre>`;
    return `<tr><td>${escaped(sentence)}<br><code class="quiet">${escaped(id)}</code>${why}</td><td class="status ${status}">${WORDS[status]}</td></tr>`;
  });
  return `<h3>${escaped(title)}</h3><div class="wide" role="region" tabindex="0" aria-label="${escaped(label)}"><table><thead><tr><th scope="col">Case</th><th scope="col">Result</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
