import {
  type ImportReport,
  type ImportRow,
  ROW_OUTCOMES,
  suggestMapping,
  suggestStatus,
} from '@rekomi/programs';

import type { ImportColumnAnswer } from './import-column.answer.js';
import type { ImportCountsAnswer } from './import-counts.answer.js';
import type { ImportReportAnswer } from './import-report.answer.js';
import type { ImportAnswer } from './import.answer.js';

const RUNS: ReadonlySet<string> = new Set(['checking', 'running', 'cancelling']);

export function importAnswer(row: ImportRow): ImportAnswer {
  const { state, dialect, mapping } = row;
  if (state === 'uploading' || dialect === null) throw new Error('An import that is not uploaded was shown.');
  const rate = row.rows_per_second;
  const left = RUNS.has(state) && rate !== null && rate > 0 ? (row.rows - row.position) / rate : null;
  return {
    id: row.id,
    fileName: row.file_name,
    size: Number(row.size),
    sha256: row.sha256?.toString('hex') ?? '',
    state,
    dialect: { encoding: dialect.encoding, delimiter: dialect.delimiter, header: dialect.header },
    source: row.source,
    columns: columnAnswers(row),
    notes: row.notes,
    suggested: suggestMapping(row),
    mapping:
      mapping === null
        ? null
        : {
            campaignId: mapping.campaignId,
            statuses: mapping.statuses,
            status: mapping.status,
            consent: mapping.consent,
            dates: mapping.dates,
            known: mapping.known,
          },
    rows: row.rows,
    done: row.position,
    line: row.line,
    counts: countsAnswer(row.counts.counts),
    rate: rate === null ? null : Math.round(rate),
    secondsLeft: left === null ? null : Math.max(0, Math.ceil(left)),
    report: row.report === null ? null : reportAnswer(row.report),
    failure: row.failure,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

function columnAnswers({ columns, mapping, source }: ImportRow): readonly ImportColumnAnswer[] {
  return columns.map(({ name, samples, values, guess }, index) => ({
    index,
    name,
    field: mapping?.fields[index] ?? guess,
    samples,
    values:
      values?.map(({ value, count }) => ({
        value,
        count,
        suggestedStatus: suggestStatus(value, source) ?? null,
      })) ?? null,
  }));
}

function countsAnswer(counts: ImportReport['counts'] = {}): ImportCountsAnswer {
  return {
    created: counts.created ?? 0,
    updated: counts.updated ?? 0,
    unchanged: counts.unchanged ?? 0,
    skipped: counts.skipped ?? 0,
    repeated: counts.repeated ?? 0,
    leftOut: counts.left_out ?? 0,
    refused: counts.refused ?? 0,
    warnings: counts.warnings ?? 0,
  };
}

function reportAnswer(report: ImportReport): ImportReportAnswer {
  return {
    counts: countsAnswer(report.counts),
    reasons: Object.entries(report.reasons)
      .map(([code, count]) => ({ code, count }))
      .sort((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1)),
    examples: ROW_OUTCOMES.flatMap((outcome) =>
      (report.examples[outcome] ?? []).map(({ line, email }) => ({ outcome, line, email })),
    ),
  };
}
