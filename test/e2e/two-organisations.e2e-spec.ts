import pg from 'pg';

import type { Affiliate, Delivery, Problem } from '../support/answers.js';
import type { Answer, Api } from '../support/api.js';
import { GOOD_BODIES, NAMING_BODIES, OWN_BODIES, PUBLIC_ROUTES } from '../support/bodies-of-routes.js';
import { type DescribedRoute, describedRoutes, filledPath } from '../support/described-routes.js';
import { type FurnishedOrganization, furnish } from '../support/furnished-organization.js';
import { Mailbox } from '../support/mailbox.js';
import { ownedOrganization } from '../support/owned-organization.js';
import { Product } from '../support/product.js';
import { holdings, settledHoldings, tenantTables } from '../support/tenant-tables.js';

const WORD = 'treasure';
/** Tables that hold something for moments only, while a worker is at it. */
const FLEETING = ['connection_attribute', 'drain', 'follow_up', 'intention'];
const DENIED = expect.stringMatching(/permission denied/) as unknown;

let mailbox: Mailbox;
let product: Product;
let routes: readonly DescribedRoute[];
/** Looked at. */
let theirs: FurnishedOrganization;
/** Looks. */
let mine: FurnishedOrganization;
let callers: readonly (readonly [name: string, mine: Api, theirs: Api])[];
/** Whatever gives away the first organisation. */
let traces: RegExp;

beforeAll(async () => {
  mailbox = await Mailbox.open();
  product = await Product.start({ env: { SMTP_URL: mailbox.url } });
  const url = (): string => product.url;
  theirs = await furnish(url, mailbox, await ownedOrganization(product, `${WORD} Ltd`), WORD);
  mine = await furnish(url, mailbox, await ownedOrganization(product, 'Looking Ltd'), 'bystander');
  // Something that waits to be sent.
  await theirs.api.must(theirs.api.post(`connections/${theirs.connection.id}/pause`));
  await theirs.programme.approved(theirs.campaign, `second-${WORD}@example.com`);
  // As the engine leaves one, when an endpoint says that it is gone.
  const [notice] = await product.sql<{ id: string }>(
    `INSERT INTO notice (id, organization_id, kind, subject_id, subject_label, code, detail)
     VALUES (new_id(), $1, 'webhook_endpoint.disabled', $2, $3, 'endpoint_gone', 'The endpoint answered 410.') RETURNING id`,
    [theirs.id, theirs.ids['webhook-endpoints'], `Hooks of ${WORD}`],
  );
  theirs = { ...theirs, ids: { ...theirs.ids, notices: notice!.id } };
  callers = [
    ['a key', mine.api, theirs.api],
    ['an owner', mine.owner, theirs.owner],
  ];
  traces = new RegExp([WORD, theirs.id, ...Object.values(theirs.ids)].join('|'), 'i');
  routes = await describedRoutes(product.api(undefined));
}, 90_000);

afterAll(async () => {
  await product.stop();
  await mailbox.close();
});

const settled = (): ReturnType<typeof settledHoldings> => settledHoldings(product, theirs.id);

const lists = (): readonly DescribedRoute[] =>
  routes.filter(
    ({ method, path, open }) => method === 'GET' && !path.includes('{') && open !== 'to everybody',
  );

const keysMayCall = ({ open }: DescribedRoute): boolean => open === 'to keys and people';

function goodBody({ id, method }: DescribedRoute): unknown {
  return GOOD_BODIES[id] ?? (method === 'GET' || method === 'DELETE' ? undefined : {});
}

/** Of a call with one row; calls with many rows answer 200 and say so row by row. */
function refusal({ status, body }: Answer<Record<string, unknown>>): unknown {
  const refused = [body['failed'], body['affiliateNotFound'], body['invalid']].includes(1);
  return status === 404 || refused ? 'refused' : { status, body };
}

describe('the organisation that is looked at', () => {
  it('has something in every table and behind every id', async () => {
    const empty = Object.entries(await holdings(product, theirs.id)).filter(([, { rows }]) => rows === 0);
    expect(FLEETING).toEqual(expect.arrayContaining(empty.map(([table]) => table)));
    for (const route of routes.filter(({ method, hasIds }) => method === 'GET' && hasIds)) {
      if (route.open === 'to everybody') continue;
      const { status } = await theirs.owner.get(filledPath(route, theirs.ids));
      expect({ route: route.path, status }).toEqual({ route: route.path, status: 200 });
    }
  });
});

describe('every route of the document', () => {
  it('is called by one of the tests below, or open to everybody for a reason that is given', () => {
    const named = { ...NAMING_BODIES, ...OWN_BODIES, ...PUBLIC_ROUTES };
    const unseen = routes.filter(
      (route) =>
        !(route.hasIds && route.open !== 'to everybody') &&
        !lists().includes(route) &&
        !(route.id in named) &&
        // The vendors are the same for everybody.
        !['getProvider', 'getProviderGuide'].includes(route.id),
    );
    expect(unseen.map(({ id }) => id)).toEqual([]);
    const open = routes.filter((route) => route.open === 'to everybody').map(({ id }) => id);
    expect(open.sort()).toEqual(Object.keys(PUBLIC_ROUTES).sort());
  });
});

describe('another organisation', () => {
  it('sees no row of the first one in any list', async () => {
    for (const route of lists()) {
      const told = JSON.stringify((await theirs.owner.get(route.path)).body);
      if (!/providers/.test(route.path))
        expect([route.path, told]).toEqual([route.path, expect.stringMatching(traces)]);
      for (const [caller, api] of callers) {
        if (caller === 'a key' && !keysMayCall(route)) continue;
        const { status, body } = await api.get(route.path);
        expect({ caller, path: route.path, status }).toEqual({ caller, path: route.path, status: 200 });
        expect(JSON.stringify(body)).not.toMatch(traces);
      }
    }
  });

  it('sees none whatever it filters by, and with no cursor of the first one', async () => {
    const filters: Readonly<Record<string, readonly string[]>> = {
      campaign: [theirs.campaign.id, theirs.campaign.slug],
      campaignId: [theirs.campaign.id],
      affiliate: [theirs.affiliate.id],
      affiliateId: [theirs.affiliate.id],
      connection: [theirs.connection.id],
      importId: [theirs.ids['imports']!],
      email: [theirs.affiliate.email, `invited-${WORD}@example.com`, `suppressed-${WORD}@example.com`],
      externalId: [`${WORD}-7`],
      resource: [theirs.affiliate.id],
      name: [`${WORD}_found`],
      event: [`${WORD}_found`],
      q: [WORD.slice(0, 4)],
    };
    let [filtered, turned] = [0, 0];
    for (const { path, query } of lists()) {
      for (const [filter, value] of query.flatMap(
        (name) => filters[name]?.map((v) => [name, v] as const) ?? [],
      )) {
        for (const [, api] of callers) {
          const { status, body } = await api.get<{ data?: unknown[] } | string>(`${path}?${filter}=${value}`);
          expect([`${path}?${filter}`, status]).toEqual([`${path}?${filter}`, status === 404 ? 404 : 200]);
          if (status === 200) {
            const rows = typeof body === 'string' ? body.trim().split('\n').slice(1) : body.data;
            expect([`${path}?${filter}`, rows]).toEqual([`${path}?${filter}`, []]);
          }
          filtered += 1;
        }
      }
      if (!query.includes('cursor') || path.endsWith('.csv')) continue;
      const { nextCursor } = (await theirs.owner.get<{ nextCursor: string | null }>(`${path}?limit=1`)).body;
      if (nextCursor === null) continue;
      turned += 1;
      const { body } = await mine.owner.get(`${path}?cursor=${encodeURIComponent(nextCursor)}`);
      expect(JSON.stringify(body)).not.toMatch(traces);
    }
    expect(filtered).toBeGreaterThanOrEqual(40);
    expect(turned).toBeGreaterThanOrEqual(5);
  });

  it('finds nothing behind the ids of the first one, on any route, and changes nothing', async () => {
    const withIds = routes.filter((route) => route.hasIds && route.open !== 'to everybody');
    expect(withIds.length).toBeGreaterThanOrEqual(60);
    const before = await settled();
    for (const route of withIds) {
      // A path with two ids is also tried with one of them one's own.
      const mixed = route.path.includes('{connectionId}')
        ? [
            { ...mine.ids, connectionId: theirs.connection.id },
            { ...theirs.ids, connectionId: mine.connection.id },
          ]
        : [];
      for (const ids of [theirs.ids, ...mixed]) {
        for (const [caller, api] of callers) {
          const code = caller === 'a key' && !keysMayCall(route) ? 'people_only' : 'not_found';
          const path = `${filledPath(route, ids)}${route.id === 'disconnectConnection' ? '?takeBack=false' : ''}`;
          const { body } = await api.call<Problem>(route.method, path, goodBody(route));
          const name = `${route.method} ${route.path} by ${caller}`;
          expect({ name, code: body?.code, body }).toEqual({ name, code, body: expect.anything() });
          // The ids that were asked for may be repeated; nothing else about them may be told.
          expect(JSON.stringify(body)).not.toMatch(new RegExp(WORD, 'i'));
        }
      }
    }
    expect(await settled()).toEqual(before);
  });

  it('cannot name them in a body either', async () => {
    const before = await settled();
    for (const [id, bodies] of Object.entries(NAMING_BODIES)) {
      const route = routes.find((one) => one.id === id)!;
      for (const body of bodies(theirs, mine)) {
        for (const [caller, api] of callers) {
          if (caller === 'a key' && !keysMayCall(route)) continue;
          const answer = await api.call(route.method, filledPath(route, mine.ids), body);
          expect({ id, caller, body, answer: refusal(answer) }).toEqual({
            id,
            caller,
            body,
            answer: 'refused',
          });
        }
      }
    }
    expect(await settled()).toEqual(before);
  });

  it('changes itself alone by whatever it does to itself', async () => {
    const before = await settled();
    for (const [id, body] of Object.entries(OWN_BODIES)) {
      const route = routes.find((one) => one.id === id)!;
      const answer =
        id === 'uploadImport'
          ? await mine.owner.post(route.path, undefined, {
              raw: 'email\nanother@example.com\n',
              headers: { 'content-type': 'text/csv' },
            })
          : await mine.owner.call(route.method, route.path, body(mine));
      const { body: told } = answer;
      expect({ id, told, done: answer.status < 300 }).toEqual({ id, told, done: true });
    }
    expect(await settled()).toEqual(before);
  });

  it('can use the same addresses, external ids and vendor account without meeting the first one', async () => {
    const { programme, connection, campaign } = mine;
    const affiliate: Affiliate = await programme.approved(campaign, theirs.affiliate.email, {
      externalId: `${WORD}-7`,
    });
    expect(affiliate.id).not.toBe(theirs.affiliate.id);
    const event = await programme.event(affiliate, `${WORD}_found`, { externalId: `${WORD}-event-7` });
    expect(event.id).not.toBe(theirs.ids['events']);
    await programme.quiet(connection);
    const own: readonly Delivery[] = await programme.deliveries(connection);
    expect(new Set(own.map(({ affiliateId }) => affiliateId))).toEqual(
      new Set([mine.affiliate.id, mine.refused.id, affiliate.id]),
    );
  });
});

describe('the role that the product runs as', () => {
  let client: pg.Client;
  const as = (organizationId: string): Promise<unknown> =>
    client.query(`SELECT set_config('app.organization_id', $1, false)`, [organizationId]);

  beforeEach(async () => {
    client = new pg.Client(product.runtimeUrl);
    await client.connect();
  });
  afterEach(() => client.end());

  it('sees not one row of any organisation unless it says for which one it works', async () => {
    const tables = ['organization', 'app_user', ...(await tenantTables(product))];
    expect(tables.length).toBeGreaterThanOrEqual(40);
    const visible: Record<string, number> = {};
    for (const table of tables) {
      const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
      visible[table] = Number(rows[0]?.n);
    }
    expect(visible).toEqual(Object.fromEntries(tables.map((table) => [table, 0])));
    for (const table of ['pace', 'password_reset_link', 'request_limit']) {
      await expect(client.query(`SELECT * FROM ${table}`)).rejects.toThrow(/permission denied/);
    }
    await expect(client.query('SELECT password_hash FROM app_user')).rejects.toThrow(/permission denied/);
  });

  it('sees, changes and takes no row of another organisation, in any table', async () => {
    for (const table of await tenantTables(product)) {
      await as(mine.id);
      const { rows } = await client.query(`SELECT FROM ${table} WHERE organization_id = $1`, [theirs.id]);
      expect([table, rows.length]).toEqual([table, 0]);
      const change = client.query(
        `UPDATE ${table} SET organization_id = organization_id WHERE organization_id = $1`,
        [theirs.id],
      );
      const changed = await change.then(({ rowCount }) => rowCount, String);
      expect([table, changed]).toEqual([table, typeof changed === 'number' ? 0 : DENIED]);
      const removal = client.query(`DELETE FROM ${table} WHERE organization_id = $1`, [theirs.id]);
      const removed = await removal.then(({ rowCount }) => rowCount, String);
      expect([table, removed]).toEqual([table, typeof removed === 'number' ? 0 : DENIED]);
    }
  });

  it('cannot write a row for another organisation than the one it works for, in any table', async () => {
    for (const table of await tenantTables(product)) {
      const columns = await product.sql<{ name: string }>(
        `SELECT attname AS name FROM pg_attribute
          WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = ''`,
        [table],
      );
      const names = columns.map(({ name }) => name).join(', ');
      const [row] = await product.sql<{ row: string }>(
        `SELECT to_jsonb(t)::text AS row FROM ${table} t WHERE organization_id = $1 LIMIT 1`,
        [theirs.id],
      );
      await as(mine.id);
      const copied = client.query(
        `INSERT INTO ${table} (${names}) SELECT ${names} FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`,
        [row?.row ?? JSON.stringify({ organization_id: theirs.id })],
      );
      expect([table, await copied.then(() => 'written', String)]).toEqual([
        table,
        expect.stringMatching(/row-level security|permission denied/),
      ]);
      const moved = client.query(`UPDATE ${table} SET organization_id = $1`, [theirs.id]);
      const outcome = await moved.then(({ rowCount }) => rowCount, String);
      if (outcome !== 0) {
        expect([table, outcome]).toEqual([
          table,
          expect.stringMatching(/row-level security|permission denied|foreign key/),
        ]);
      }
    }
  });
});
