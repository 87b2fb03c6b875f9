import type { Affiliate, Timeline } from '../api/answers.js';
import { printable, textTable } from '../terminal/text-table.js';

const SHOWN = 15;
const DETAIL_SHOWN = 100;

export function whyText(affiliate: Affiliate, timeline: Timeline): string {
  const name = affiliate.name === null ? '' : `, ${printable(affiliate.name)}`;
  const enrolments = affiliate.enrolments.map(
    ({ campaign, status, decidedAt }) =>
      `  ${printable(campaign.name)}: ${status}${decidedAt === null ? '' : ` since ${decidedAt}`}`,
  );
  return [
    `${printable(affiliate.email)}${name}`,
    '',
    ...(enrolments.length === 0 ? ['  Takes part in no campaign, so nothing is sent anywhere.'] : enrolments),
    ...timeline.connections.flatMap((one) => ['', ...connectionLines(one)]),
    ...(timeline.connections.length === 0
      ? ['', '  There is no connection that this person was or will be sent to.']
      : []),
    ...(timeline.data.length === 0 ? [] : ['', '  Newest first', historyTable(timeline)]),
  ].join('\n');
}

function connectionLines(one: Timeline['connections'][number]): readonly string[] {
  const { explanation, reason, warnings, written, writtenAt } = one;
  return [
    `  ${printable(explanation)}`,
    ...(reason === undefined
      ? []
      : [`    ${reason.title}. ${reason.cause}`, `    What to do: ${reason.fix}`]),
    ...warnings.map(({ detail }) => `    But: ${printable(detail)}`),
    ...(written === undefined
      ? []
      : [
          `    Written${writtenAt === undefined ? '' : ` ${writtenAt}`}: ${printable(JSON.stringify(written))}`,
        ]),
  ];
}

function historyTable({ data }: Timeline): string {
  const rows = data
    .slice(0, SHOWN)
    .map(({ createdAt, settledAt, kind, cause, event, state, reason, detail, target }) => [
      `  ${settledAt ?? createdAt}`,
      state,
      event === undefined ? kind : `event ${printable(event.name)}`,
      event === undefined ? printable(cause) : '',
      printable(target.label),
      [reason?.code, detail === undefined ? undefined : printable(detail, DETAIL_SHOWN)]
        .filter((part) => part !== undefined)
        .join(': '),
    ]);
  return textTable(rows);
}
