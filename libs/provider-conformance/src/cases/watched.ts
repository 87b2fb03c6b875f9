import type { RuleId } from '../conformance-case.js';
import type { CaseReport } from '../report.js';
import type { Breach, Watch, WatchedRule } from '../watch.js';

/** A case about everything that happened in a run. */
export interface WatchedCase {
  readonly id: string;
  readonly title: string;
  readonly rule: RuleId;
  report(watch: Watch): CaseReport;
}

const TOLD = 8;

function watched(id: string, title: string, rule: RuleId, about: WatchedRule): WatchedCase {
  return {
    id,
    title,
    rule,
    report: (watch) => {
      const found = [...new Set(watch.breaches.filter((breach) => breach.rule === about).map(asLine))];
      const common = { id, title, rule, durationMs: 0, claims: [] };
      if (found.length === 0) return { ...common, status: 'passed' };
      const more = found.length > TOLD ? [`… and ${found.length - TOLD} more`] : [];
      return { ...common, status: 'failed', reason: [...found.slice(0, TOLD), ...more].join('\n') };
    },
  };
}

function asLine({ during, detail }: Breach): string {
  return `${during}: ${detail}`;
}

/** Told at the end of a run, from everything that was seen in it. */
export const WATCH_CASES: readonly WatchedCase[] = [
  watched('never-throws', 'In the whole run no call threw', 'hostile-vendor', 'throws'),
  watched(
    'known-outcomes',
    'Every outcome has a kind, a code and names that the contract and the manifest know',
    'hostile-vendor',
    'unknown-outcome',
  ),
  watched(
    'listed-hosts-only',
    'No request was meant for a host that the manifest does not list',
    'secrets',
    'foreign-host',
  ),
  watched('input-untouched', 'No call changed what it was given', 'hostile-vendor', 'changed-input'),
  watched(
    'secrets-nowhere',
    'No credential came out in an outcome, an error, a recorded exchange, an address or the console',
    'secrets',
    'secret',
  ),
];
