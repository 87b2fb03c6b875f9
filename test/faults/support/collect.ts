import type pg from 'pg';

import type { Api } from '../../support/api.js';
import { addressOf, contactOf, parseMark } from './mark.js';
import type { DatabaseRecord, PersonRecord, ProfileRecord, SettledRecord } from './run-record.js';
import type { FaultVendor } from './vendors.js';

/** Reads what the database has to say in the end, past row-level security. */
export async function collectDatabase(pool: pg.Pool): Promise<DatabaseRecord> {
  const history = await pool.query<{
    connection_id: string;
    email: string;
    lane_id: string;
    lane_seq: string;
    kind: string;
    state: string;
    code: string | null;
    mark: string | null;
    dedupe_id: string | null;
  }>(
    `SELECT h.connection_id, a.email, h.lane_id, h.lane_seq, h.kind, h.state, h.code,
            h.payload::jsonb ->> 'mark' AS mark, h.dedupe_id
       FROM history h JOIN affiliate a ON a.id = h.contact_id ORDER BY h.settled_at, h.lane_id, h.lane_seq`,
  );
  const open = await pool.query<{ connection_id: string; kind: string; mark: string | null }>(
    `SELECT connection_id, kind, payload::jsonb ->> 'mark' AS mark FROM delivery`,
  );
  const lanes = await pool.query<{ connection_id: string; leased: boolean; held_code: string | null }>(
    `SELECT connection_id, drain_id IS NOT NULL AS leased, held_code FROM lane`,
  );
  const drains = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM drain`);
  const events = await pool.query<{ mark: string }>(
    `SELECT data ->> 'mark' AS mark FROM event WHERE data ? 'mark'`,
  );
  return {
    history: history.rows.map((row): SettledRecord => ({
      connectionId: row.connection_id,
      contact: contactOf(row.email) ?? 0,
      laneId: Number(row.lane_id),
      laneSeq: Number(row.lane_seq),
      kind: row.kind,
      state: row.state,
      ...(row.code === null ? {} : { code: row.code }),
      ...(row.mark === null ? {} : { mark: row.mark }),
      ...(row.dedupe_id === null ? {} : { dedupeId: row.dedupe_id }),
    })),
    open: open.rows.map((row) => ({
      connectionId: row.connection_id,
      kind: row.kind,
      ...(row.mark === null ? {} : { mark: row.mark }),
    })),
    lanes: lanes.rows.map((row) => ({
      connectionId: row.connection_id,
      leased: row.leased,
      ...(row.held_code === null ? {} : { heldCode: row.held_code }),
    })),
    drains: drains.rows[0]?.n ?? 0,
    totals: await collectTotals(pool),
    events: events.rows.map(({ mark }) => mark),
  };
}

async function collectTotals(pool: pg.Pool): Promise<DatabaseRecord['totals']> {
  const { rows } = await pool.query<{ connection_id: string; kind: string; state: string; n: string }>(
    `SELECT connection_id, kind, state, sum(deliveries) AS n FROM delivery_total GROUP BY 1, 2, 3
     UNION ALL SELECT connection_id, 'tail', 'open', sum(tail_seq) FROM lane GROUP BY 1`,
  );
  const connections = [...new Set(rows.map(({ connection_id }) => connection_id))];
  return connections.map((connectionId) => {
    const mine = rows.filter(({ connection_id }) => connection_id === connectionId);
    const count = (name: string): number =>
      Number(mine.find(({ kind, state }) => `${kind} ${state}` === name)?.n ?? 0);
    const settled = mine.filter(({ kind }) => kind === 'contact' || kind === 'event');
    return {
      connectionId,
      created: count('any created'),
      openTails: count('tail open'),
      settled: Object.fromEntries(settled.map(({ kind, state, n }) => [`${kind} ${state}`, Number(n)])),
    };
  });
}

/** Tag that the product gives to everybody of a campaign. */
const OWN_TAG = 'Rekomi affiliate';

/** The domain, as the API shows it. */
export async function collectPeople(api: Api): Promise<readonly PersonRecord[]> {
  interface Shown {
    readonly email: string;
    readonly firstName: string | null;
    readonly lastName: string | null;
    readonly enrolments: readonly {
      readonly status: string;
      readonly tier: string | null;
      readonly tags: readonly string[];
    }[];
  }
  return (await api.all<Shown>('affiliates')).flatMap(({ email, firstName, lastName, enrolments }) => {
    const contact = contactOf(email);
    const [enrolment] = enrolments;
    if (contact === undefined) return [];
    return [
      {
        contact,
        firstName,
        lastName,
        status: enrolment?.status ?? 'none',
        tier: enrolment?.tier ?? null,
        tags: [...new Set([OWN_TAG, ...(enrolment?.tags ?? [])])],
      },
    ];
  });
}

/** What each emulated vendor holds of each person. */
export async function collectProfiles(
  sandboxUrl: string,
  vendors: readonly FaultVendor[],
  audiences: ReadonlyMap<string, string>,
  contacts: readonly number[],
): Promise<readonly ProfileRecord[]> {
  const found: ProfileRecord[] = [];
  for (const vendor of vendors) {
    await control(sandboxUrl, vendor.slug, 'POST', 'settle');
    for (const contact of contacts) {
      const path = `contacts?email=${encodeURIComponent(addressOf(contact))}`;
      const { contact: profile } = await control<{ contact: Shown | null }>(
        sandboxUrl,
        vendor.slug,
        'GET',
        path,
      );
      found.push({
        vendor: vendor.slug,
        contact,
        ...(profile === null ? {} : { profile: shown(profile, vendor, audiences.get(vendor.slug)) }),
      });
    }
  }
  return found;
}

interface Shown {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly audiences: readonly string[];
  readonly events: readonly { readonly data: Readonly<Record<string, unknown>> }[];
}

function shown(
  { fields, tags, audiences, events }: Shown,
  { fields: names }: FaultVendor,
  audience: string | undefined,
): NonNullable<ProfileRecord['profile']> {
  const value = (name: string): string | undefined => {
    const found = fields[name];
    return found === undefined || found === null || found === '' ? undefined : String(found);
  };
  const parts = Object.entries(names).map(([part, name]) => [part, value(name)] as const);
  return {
    ...Object.fromEntries(parts.filter(([, found]) => found !== undefined)),
    tags,
    inAudience: audience !== undefined && audiences.includes(audience),
    events: events.flatMap(({ data }) => {
      const mark = String(data['mark'] ?? '');
      return parseMark(mark) === undefined ? [] : [mark];
    }),
  };
}

/** A control call of an emulated vendor. @throws Error when the sandbox refuses it */
export async function control<T>(
  url: string,
  slug: string,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const answer = await fetch(`${url}/_sandbox/${slug}/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`The sandbox answered ${answer.status} to ${slug}/${path}.`);
  return (await answer.json()) as T;
}
