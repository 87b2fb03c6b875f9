import type { FaultRules } from './fault-rules.js';
import type { EmulatedVendor } from './emulated-vendor.js';

const SHOWN_PEOPLE = 50;
const SHOWN_ACTIVITY = 50;

type Row = Readonly<Record<string, unknown>>;

function escaped(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function table(caption: string, rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return `<p>${escaped(caption)}: none yet.</p>`;
  const columns = Object.keys(first);
  const head = columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join('');
  const lines = rows.map(
    (row) => `<tr>${columns.map((column) => `<td>${escaped(row[column] ?? '')}</td>`).join('')}</tr>`,
  );
  return `<div class="wide" role="region" tabindex="0" aria-label="${escaped(caption)}"><table><caption>${escaped(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`;
}

function listing({ emulator }: EmulatedVendor, path: string, query: Readonly<Record<string, string>>): Row {
  return (emulator.control('GET', path, new URLSearchParams(query), undefined) ?? {}) as Row;
}

function rowsOf(found: Row, name: string): readonly Row[] {
  const rows = found[name];
  return Array.isArray(rows) ? (rows as readonly Row[]) : [];
}

function latestActivity(vendor: EmulatedVendor): readonly Row[] {
  const totals = listing(vendor, 'summary', {})['activity'] as { readonly recorded?: number } | undefined;
  const after = Math.max(0, (totals?.recorded ?? 0) - SHOWN_ACTIVITY);
  const page = listing(vendor, 'activity', { after: String(after), limit: String(SHOWN_ACTIVITY) });
  return rowsOf(page, 'activity')
    .toReversed()
    .map(({ number, at, workspace, type, applied, subject, detail }) => ({
      number,
      at,
      workspace,
      type,
      applied: applied === true ? 'yes' : 'no',
      subject,
      detail,
    }));
}

function section(vendor: EmulatedVendor): string {
  const { slug, hosts } = vendor.emulator;
  return `<section aria-labelledby="${escaped(slug)}"><h2 id="${escaped(slug)}">${escaped(slug)}</h2>
<p>Answers for ${hosts.map((host) => `<code>${escaped(host)}</code>`).join(', ')}.</p>
${table('Workspaces', rowsOf(listing(vendor, 'summary', {}), 'workspaces'))}
${table(`People (the first ${SHOWN_PEOPLE})`, rowsOf(listing(vendor, 'people', { limit: String(SHOWN_PEOPLE) }), 'people'))}
${table(`Activity (the latest ${SHOWN_ACTIVITY})`, latestActivity(vendor))}</section>`;
}

/** One page without scripts: which vendors are emulated, who is in them, what happened last. */
export function overviewPage(vendors: ReadonlyMap<string, EmulatedVendor>, faults: FaultRules): string {
  const injected = Object.entries(faults.list().injected).map(([fault, count]) => ({ fault, count }));
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sandbox of Rekomi CRM Sync</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;margin:2rem;color:#1a1a1a;background:#fff}.wide{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;font-size:.875rem}caption{text-align:left;font-weight:600;padding:.25rem 0}th,td{border:1px solid #767676;padding:.25rem .5rem;text-align:left;vertical-align:top;max-width:32rem;overflow-wrap:anywhere}th{background:#f0f0f0}</style></head>
<body><main><h1>Sandbox</h1><p>Invented vendors for trying things out. Nothing here reaches a real account.</p>
${[...vendors.values()].map(section).join('\n')}
<section aria-labelledby="faults"><h2 id="faults">Faults</h2>${table('Injected so far', injected)}</section></main></body></html>
`;
}
