import pg from 'pg';

import type { Affiliate, Connection, Delivery, Problem } from '../support/answers.js';
import type { Answer, Api } from '../support/api.js';
import { Product } from '../support/product.js';
import { Programme } from '../support/programme.js';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

let product: Product;
let routes: readonly Route[];
/** Looked at, and full of objects. */
let theirs: Programme;
/** Looks. */
let mine: Programme;
/** Ids of the other organisation by the name of the path they fill: `/v1/connections/{id}` → connections. */
let foreign: Readonly<Record<string, string>>;
let foreignTexts: readonly string[];

beforeAll(async () => {
  product = await Product.start();
  theirs = new Programme((await product.createOrganization('Looked at')).api);
  mine = new Programme((await product.createOrganization('Looking')).api);
  const { connection, campaign } = await theirs.open({ settings: { createdAt: 'never' } });
  const affiliate = await theirs.approved(campaign, 'treasure@example.com', {
    name: 'Tamara Treasure',
    externalId: 'treasure-7',
  });
  const event = await theirs.event(affiliate, 'treasure_found', { externalId: 'treasure-event-7' });
  await theirs.quiet(connection);
  const [delivery] = await theirs.deliveries(connection);
  foreign = {
    connections: connection.id,
    campaigns: campaign.id,
    affiliates: affiliate.id,
    deliveries: delivery!.id,
    events: event.id,
    connectionId: connection.id,
  };
  foreignTexts = [...Object.values(foreign), 'treasure'];
  routes = await describedRoutes();
});

afterAll(() => product.stop());

async function describedRoutes(): Promise<readonly Route[]> {
  const { body } = await product.api(undefined).get<{
    paths: Record<string, Record<string, Operation>>;
  }>('/openapi.json');
  return Object.entries(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) =>
      'operationId' in operation ? [{ method: method.toUpperCase(), path, operation }] : [],
    ),
  );
}

/** The path with every id taken from the other organisation. */
function filled({ path }: Route): string {
  return path.replace(/\/([a-z]+)\/\{(\w+)\}/g, (_, collection: string, name: string) => {
    const id = name === 'id' ? foreign[collection] : (foreign[name] ?? foreign[collection]);
    return `/${collection}/${id ?? (collection === 'providers' ? 'customer-io' : `no-id-for-${collection}`)}`;
  });
}

/** A body that would be good if the ids were one's own. */
function bodyFor({ operation: { operationId }, method }: Route): unknown {
  const bodies: Readonly<Record<string, unknown>> = {
    updateConnection: { label: 'Taken over' },
    createAudience: { name: 'Taken over' },
    updateCampaign: { name: 'Taken over' },
    putDestination: { extraTags: ['taken-over'] },
    updateAffiliate: { name: 'Taken Over' },
    approveAffiliates: { affiliateIds: [foreign['affiliates']] },
    rejectAffiliates: { affiliateIds: [foreign['affiliates']] },
    recordEvent: { affiliateId: foreign['affiliates'], name: 'taken_over' },
    createAffiliate: { email: 'mine@example.com', campaign: foreign['campaigns'] },
    createAffiliates: { affiliates: [{ email: 'mine@example.com' }], campaign: foreign['campaigns'] },
  };
  return bodies[operationId] ?? (method === 'GET' || method === 'DELETE' ? undefined : {});
}

function call(api: Api, route: Route): Promise<Answer<unknown>> {
  const query = route.operation.operationId === 'disconnectConnection' ? '?takeBack=false' : '';
  return api.call(route.method, `${filled(route)}${query}`, bodyFor(route));
}

/** Everything that belongs to the other organisation, row by row. */
async function snapshot(): Promise<unknown> {
  const tables = await tenantTables();
  const owner = (
    await product.sql<{ id: string }>('SELECT organization_id AS id FROM connection WHERE id = $1', [
      foreign['connections'],
    ])
  )[0]!.id;
  const rows = tables.map(async (table) => [
    table,
    await product.sql(
      `SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS sum FROM ${table} t
      WHERE organization_id = $1`,
      [owner],
    ),
  ]);
  return Object.fromEntries(await Promise.all(rows)) as unknown;
}

async function tenantTables(): Promise<readonly string[]> {
  const rows = await product.sql<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE a.attname = 'organization_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'api_key' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

describe('another organisation', () => {
  it('finds nothing behind the ids of the first one, on any route, and changes nothing', async () => {
    const before = await snapshot();
    const withIds = routes.filter((route) => route.path.includes('{') && !route.path.includes('{slug}'));
    expect(withIds.length).toBeGreaterThanOrEqual(20);
    const answers: Record<string, number> = {};
    for (const route of withIds) {
      const name = `${route.method} ${route.path}`;
      expect(filled(route)).not.toContain('no-id-for');
      const { status, body } = await call(mine.api, route);
      answers[name] = status;
      // Not merely an address that does not exist.
      expect({ name, code: (body as Problem).code }).toEqual({ name, code: 'not_found' });
      if (route.method === 'GET') expect((await call(theirs.api, route)).status).toBe(200);
      // The ids that were asked for may be repeated; nothing else about them may be told.
      expect(JSON.stringify(body)).not.toMatch(/treasure/i);
    }
    expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((name) => [name, 404])));
    expect(await snapshot()).toEqual(before);
  });

  it('cannot name them in a body either', async () => {
    const before = await snapshot();
    const named = routes.filter(({ operation }) =>
      [
        'recordEvent',
        'createAffiliate',
        'createAffiliates',
        'approveAffiliates',
        'rejectAffiliates',
      ].includes(operation.operationId),
    );
    expect(named).toHaveLength(5);
    for (const route of named) {
      const { status, body } = await call(mine.api, route);
      const failed = (body as { failed?: number }).failed;
      expect({ route: route.operation.operationId, refused: status === 404 || failed === 1 }).toEqual({
        route: route.operation.operationId,
        refused: true,
      });
    }
    const own = await mine.campaign('Mine');
    const { status } = await mine.api.put(`campaigns/${own.id}/destinations/${foreign['connectionId']}`, {});
    expect(status).toBe(404);
    expect(await snapshot()).toEqual(before);
  });

  it('sees no row of the first one in any list, whatever it filters by', async () => {
    const lists = routes.filter(
      (route) => route.method === 'GET' && !route.path.includes('{') && !route.path.includes('providers'),
    );
    expect(lists.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/v1/connections', '/v1/campaigns', '/v1/affiliates', '/v1/deliveries']),
    );
    for (const { path } of lists) {
      expect(JSON.stringify(await mine.api.all(path))).not.toMatch(new RegExp(foreignTexts.join('|'), 'i'));
    }
    const filters = [
      `deliveries?connection=${foreign['connections']}`,
      `deliveries?affiliate=${foreign['affiliates']}`,
      'affiliates?email=treasure@example.com',
      'affiliates?externalId=treasure-7',
      'affiliates?q=tre',
    ];
    for (const path of filters) expect(await mine.api.all(path)).toEqual([]);
    // The cursor of one organisation opens nothing in another.
    const page = await theirs.api.must(theirs.api.get<{ nextCursor: string | null }>('deliveries?limit=1'));
    expect(page.nextCursor).not.toBeNull();
    const { body } = await mine.api.get<{ data: unknown[] }>(
      `deliveries?limit=1&cursor=${encodeURIComponent(page.nextCursor ?? '')}`,
    );
    expect(body.data).toEqual([]);
  });

  it('can use the same addresses, external ids and vendor account without meeting the first one', async () => {
    const { campaign, connection } = await mine.open({ settings: { createdAt: 'never' } });
    const affiliate: Affiliate = await mine.approved(campaign, 'treasure@example.com', {
      externalId: 'treasure-7',
    });
    expect(affiliate.id).not.toBe(foreign['affiliates']);
    const event = await mine.event(affiliate, 'treasure_found', { externalId: 'treasure-event-7' });
    expect(event.id).not.toBe(foreign['events']);
    await mine.quiet(connection);
    const own: readonly Delivery[] = await mine.deliveries(connection);
    expect(own.every((delivery) => delivery.affiliateId === affiliate.id)).toBe(true);
    const connections = await mine.api.all<Connection>('connections');
    expect(connections.map(({ id }) => id)).toEqual([connection.id]);
  });
});

describe('the role that the product runs as', () => {
  it('sees not one row of any organisation unless it says for which one it works', async () => {
    const client = new pg.Client(product.runtimeUrl);
    await client.connect();
    try {
      const tables = ['organization', 'api_key', ...(await tenantTables())];
      expect(tables.length).toBeGreaterThanOrEqual(15);
      const visible: Record<string, number> = {};
      for (const table of tables) {
        const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
        visible[table] = Number(rows[0]?.n);
      }
      expect(visible).toEqual(Object.fromEntries(tables.map((table) => [table, 0])));
      await expect(client.query('SELECT * FROM pace')).rejects.toThrow(/permission denied/);
    } finally {
      await client.end();
    }
    const [full] = await product.sql<{ n: string }>('SELECT count(*) AS n FROM affiliate');
    expect(Number(full?.n)).toBeGreaterThan(0);
  });

  it('cannot write a row for another organisation than the one it works for', async () => {
    const client = new pg.Client(product.runtimeUrl);
    await client.connect();
    try {
      const [own, other] = await product.sql<{ id: string }>('SELECT id FROM organization ORDER BY id');
      await client.query("SELECT set_config('app.organization_id', $1, false)", [own!.id]);
      await expect(
        client.query(
          `INSERT INTO campaign (id, organization_id, name, slug) VALUES (gen_random_uuid(), $1, 'x', 'x')`,
          [other!.id],
        ),
      ).rejects.toThrow(/row-level security/);
      const moved = client.query('UPDATE campaign SET organization_id = $1', [other!.id]);
      await expect(moved).rejects.toThrow(/row-level security|foreign key/);
    } finally {
      await client.end();
    }
  });
});
