import type { CodeText } from '../api/answers.js';
import { printable, textTable } from '../terminal/text-table.js';
import type { Group } from './account.js';
import type { SyncResult } from './sync-result.js';

const REFUSED_SHOWN = 50;
const ADDRESS_SHOWN = 40;
const LONGEST_ADDRESS = 100;

/** The result of a run as a person reads it. */
export function reportText(result: SyncResult): string {
  return [
    '',
    ...countTable(result),
    ...(result.refusedRows.length === 0 ? [] : ['', '  Refused rows', refusedTable(result)]),
    ...problems(result),
    ...(result.sandbox === undefined || result.sandbox.shown.length === 0
      ? []
      : ['', '  First profiles, as the sandbox has them', profileTable(result)]),
    '',
    ...conclusion(result),
  ].join('\n');
}

function countTable(result: SyncResult): readonly string[] {
  const { approved, sandbox } = result;
  const created = result.created === 0 ? 'all known before' : `${result.created} new`;
  const updated = result.updated === 0 ? '' : `, ${result.updated} brought up to date`;
  const decided = approved.now === 0 ? 'all before' : `${approved.now} just now`;
  const rows: [string, string, string][] = [
    ['Rows in the file', String(result.rows), ''],
    ['  distinct people', String(result.people), result.people === 0 ? '' : `${created}${updated}`],
    [
      '  named more than once',
      String(result.duplicates),
      result.duplicates === 0 ? '' : 'also in other letter case',
    ],
    ['  refused', String(result.refusedRows.length), reasonsOf(result)],
    ['Approved', String(approved.total), approved.total === 0 ? '' : decided],
    ...result.contacts.map(({ state, count, reason }): [string, string, string] => [
      `  ${state}`,
      String(count),
      reason?.code ?? '',
    ]),
    ...(approved.leftRejected === 0
      ? []
      : [['Left rejected', String(approved.leftRejected), 'decided earlier'] as [string, string, string]]),
    ['Events', String(approved.total), result.eventName],
    ...result.events.map(({ state, count, reason }): [string, string, string] => [
      `  ${state === 'unknown' ? 'not sent here' : state}`,
      String(count),
      reason?.code ?? '',
    ]),
  ];
  if (sandbox !== undefined) {
    const withDate =
      sandbox.withCreatedAt === sandbox.profiles
        ? ''
        : `created_at on ${sandbox.withCreatedAt} so far: it is added after a look-up, a few a second`;
    rows.push(['Profiles in the sandbox', String(sandbox.profiles), withDate]);
    rows.push(['  with the event', String(sandbox.events), '']);
  }
  const width = Math.max(...rows.map(([, count]) => count.length));
  return [textTable(rows.map(([name, count, note]) => [name, count.padStart(width), note]))];
}

/** "4 email_domain, 1 row_malformed" */
function reasonsOf({ refusedRows }: SyncResult): string {
  const counts = new Map<string, number>();
  for (const { code } of refusedRows) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => `${count} ${code}`).join(', ');
}

function refusedTable({ refusedRows }: SyncResult): string {
  const shown = refusedRows.slice(0, REFUSED_SHOWN).map(({ line, value, reason }) => [
    `  line ${line}`,
    // Quoted, because blanks and invisible characters are what is wrong with some of them.
    JSON.stringify(printable(value, ADDRESS_SHOWN)),
    reason,
  ]);
  const rest = refusedRows.length - shown.length;
  return textTable(rest > 0 ? [...shown, [`  and ${rest} more`, '', '(--json lists all)']] : shown);
}

/** Each reason once, for people and events together. */
function problems({ contacts, events }: SyncResult): readonly string[] {
  const byCode = new Map<
    string,
    { readonly reason: CodeText; counts: string[]; people: readonly string[] }
  >();
  const take = (what: string, { state, count, reason, people }: Group): void => {
    if (reason === undefined) return;
    const known = byCode.get(reason.code) ?? { reason, counts: [], people };
    known.counts.push(`${count} ${what} ${state}`);
    byCode.set(reason.code, known);
  };
  for (const group of contacts) take(group.count === 1 ? 'person' : 'people', group);
  for (const group of events) take(group.count === 1 ? 'event' : 'events', group);
  return [...byCode.values()].flatMap(({ reason, counts, people }) => [
    '',
    `  ${counts.join(', ')} (${reason.code}): ${reason.title}. ${reason.cause}`,
    `    What to do: ${reason.fix}`,
    ...people.map((email) => `    ${printable(email, LONGEST_ADDRESS)}`),
  ]);
}

function profileTable({ sandbox }: SyncResult): string {
  const text = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? printable(String(value), ADDRESS_SHOWN) : '-';
  return textTable([
    ['  email', 'first_name', 'last_name', 'rekomi_tags', 'segments'],
    ...(sandbox?.shown ?? []).map(({ email, attributes, segments }) => [
      `  ${text(email)}`,
      text(attributes['first_name']),
      text(attributes['last_name']),
      text(attributes['rekomi_tags']),
      segments.join(', '),
    ]),
  ]);
}

function conclusion(result: SyncResult): readonly string[] {
  const { addsUp, mismatches, changedNothing, environment } = result;
  return [
    `  Counts add up: ${addsUp ? 'yes' : 'no'}`,
    ...mismatches.map((mismatch) => `    ${mismatch}`),
    ...(addsUp && changedNothing
      ? ['  Everything was in place already: nothing was changed and nothing was sent.']
      : []),
    ...(environment === 'live' ? ['  In Customer.io: People, and the segment under Segments.'] : []),
    ...(result.note === undefined ? [] : [`  ${result.note}`]),
  ];
}
