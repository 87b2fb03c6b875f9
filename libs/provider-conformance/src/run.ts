import type { ExchangeRecord } from '@rekomi/transport';
import { ALL_CASES } from './all-cases.js';
import { WATCH_CASES } from './cases/watched.js';
import { CaseFailure } from './checks.js';
import { claimsOf } from './claims.js';
import type { CaseContext, ConformanceCase } from './conformance-case.js';
import { watchConsole } from './console-watch.js';
import type { CaseReport, ConformanceReport } from './report.js';
import { Stage } from './stage.js';
import type { Subject } from './subject.js';
import { Watch } from './watch.js';

export interface RunOptions {
  /** The suite: `ALL_CASES` unless told. */
  readonly cases?: readonly ConformanceCase[];
  /** Ids of the cases to run; all of them unless told. A run of some looks for no unproven claims. */
  readonly only?: readonly string[];
  /** Cases at the same time. 4 unless told: most of their time is spent waiting for the loopback. */
  readonly concurrency?: number;
  readonly onCase?: (report: CaseReport) => void;
  /** Gets what was exchanged in a case, secrets masked. */
  readonly onExchanges?: (caseId: string, exchanges: readonly ExchangeRecord[]) => void;
  /** Milliseconds since 1970; the system's clock unless told. */
  readonly now?: () => number;
}

/** Runs every case that the manifest selects. Never throws for anything that a provider does. */
export async function runConformance(subject: Subject, options: RunOptions = {}): Promise<ConformanceReport> {
  const { cases: suite = ALL_CASES, only, concurrency = 4, onCase, now = Date.now } = options;
  const startedAt = now();
  const watch = new Watch();
  const chosen = suite.filter(({ id }) => only === undefined || only.includes(id));
  const reports = new Map<string, CaseReport>();
  const stopListening = watchConsole(watch);
  try {
    const waiting = [
      ...chosen.filter(({ waits }) => waits === true),
      ...chosen.filter(({ waits }) => waits === undefined),
    ];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const report = await runCase(next, subject, watch, options);
        reports.set(next.id, report);
        onCase?.(report);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  } finally {
    stopListening();
  }
  for (const watched of WATCH_CASES) {
    if (only !== undefined && !only.includes(watched.id)) continue;
    const report = watched.report(watch);
    reports.set(watched.id, report);
    onCase?.(report);
  }
  const { manifest } = subject.provider;
  const cases = [...suite, ...WATCH_CASES].flatMap(({ id }) => reports.get(id) ?? []);
  const unproven = only === undefined ? unprovenClaims(claimsOf(manifest), cases) : [];
  return {
    provider: {
      slug: manifest.slug,
      name: manifest.name,
      ...(manifest.apiVersion === undefined ? {} : { apiVersion: manifest.apiVersion.name }),
      checkedOn: manifest.checkedOn,
    },
    mode: 'emulated',
    startedAt: new Date(startedAt).toISOString(),
    durationMs: now() - startedAt,
    cases,
    unproven,
    passed: unproven.length === 0 && cases.every(({ status }) => status !== 'failed'),
  };
}

/** Claims that no passed case stands for. */
export function unprovenClaims(claims: readonly string[], cases: readonly CaseReport[]): readonly string[] {
  const proven = new Set(cases.flatMap((one) => (one.status === 'passed' ? one.claims : [])));
  return claims.filter((claim) => !proven.has(claim));
}

/** Why a case is not for this provider; undefined when it is. */
export function reasonAgainst(one: ConformanceCase, subject: Subject): string | undefined {
  const applies = one.appliesTo?.(subject.provider.manifest, subject) ?? true;
  return applies === true ? undefined : applies;
}

async function runCase(
  one: ConformanceCase,
  subject: Subject,
  watch: Watch,
  { onExchanges, now = Date.now }: RunOptions,
): Promise<CaseReport> {
  const { id, title, rule } = one;
  const { manifest } = subject.provider;
  const claims = one.proves?.(manifest) ?? [];
  const against = reasonAgainst(one, subject);
  if (against !== undefined) {
    return { id, title, rule, status: 'not_applicable', reason: against, durationMs: 0, claims: [] };
  }
  const stages: Stage[] = [];
  const context: CaseContext = {
    subject,
    manifest,
    stage: async (stageOptions) => {
      const stage = await Stage.open(subject, watch, id, stageOptions);
      stages.push(stage);
      return stage;
    },
  };
  const startedAt = now();
  const reason = await reasonOfFailure(() => one.run(context));
  onExchanges?.(
    id,
    stages.flatMap(({ records }) => records),
  );
  await Promise.all(stages.map((stage) => stage.close()));
  return {
    ...{ id, title, rule, claims },
    ...(reason === undefined ? { status: 'passed' } : { status: 'failed', reason }),
    durationMs: now() - startedAt,
  };
}

async function reasonOfFailure(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (err) {
    if (err instanceof CaseFailure) return err.message;
    // An emulator that throws, or a mistake in the suite: told with the place, because somebody has to find it.
    return err instanceof Error ? (err.stack ?? err.message) : String(err);
  }
}
