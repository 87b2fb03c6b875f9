import type { Telling } from '@rekomi/identity';
import { ERROR_CODES, isErrorCode } from '@rekomi/provider-contract';
import type { OutboxQuery } from '@rekomi/sync';
import { v7 as newId } from 'uuid';

/** Name of the event by which endpoints hear that a matter of a connection is over. */
export const RECOVERED = 'connection_recovered';

const MESSAGES = `
  SELECT m.event_id, m.subject_id AS contact_id, m.event_name AS cause, m.event_name, m.occurred_at, m.payload
    FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[])
         AS m(event_id, subject_id, event_name, occurred_at, payload)
   WHERE $1::uuid IS NOT NULL`;

/** What endpoints are told of news about connections; none when nothing of it is about one. */
export function noticeMessages(
  organizationId: string,
  news: readonly Telling[],
  waiting: ReadonlyMap<string, { readonly count: number; readonly atLeast: boolean }>,
  linkOf: (code: string) => string,
): OutboxQuery | undefined {
  const told = news.filter(({ kind }) => kind.startsWith('connection.'));
  if (told.length === 0) return undefined;
  const rows = told.map((notice) => {
    const { id, kind, subjectId, news: state, occurredAt, resolvedAt } = notice;
    const moment = new Date(
      Math.floor((state === 'over' ? (resolvedAt ?? occurredAt) : occurredAt).getTime()),
    );
    return {
      // The notice is the event; that it is over is another one.
      eventId: state === 'open' ? id : newId(),
      subjectId,
      name: state === 'open' ? kind.replace('.', '_') : RECOVERED,
      moment,
      payload: JSON.stringify({ data: dataOf(notice, waiting.get(subjectId), linkOf) }),
    };
  });
  return {
    aboutNobody: true,
    sql: MESSAGES,
    parameters: [
      organizationId,
      rows.map(({ eventId }) => eventId),
      rows.map(({ subjectId }) => subjectId),
      rows.map(({ name }) => name),
      rows.map(({ moment }) => moment),
      rows.map(({ payload }) => payload),
    ],
  };
}

function dataOf(
  notice: Telling,
  waiting: { readonly count: number; readonly atLeast: boolean } | undefined,
  linkOf: (code: string) => string,
): object {
  const { code } = notice;
  const words = isErrorCode(code) ? ERROR_CODES[code] : undefined;
  return {
    notice: { id: notice.id, kind: notice.kind, state: notice.news },
    connection: { id: notice.subjectId, label: notice.subjectLabel },
    code,
    ...(words === undefined ? {} : { title: words.title, cause: words.cause, fix: words.fix }),
    link: linkOf(code),
    detail: notice.detail,
    since: notice.occurredAt.toISOString(),
    ...(notice.resolvedAt === null ? {} : { until: notice.resolvedAt.toISOString() }),
    waiting: waiting ?? { count: 0, atLeast: false },
  };
}
