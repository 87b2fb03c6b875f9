import { settle } from './complete.js';
import { TableBench, contactOf, deliveredAll } from './testing/table-bench.js';

/** Settled together, and what waits beside them. */
const SETTLED = 200;
const WAITING = 1_000;

let bench: TableBench;

beforeAll(async () => {
  bench = await TableBench.open();
}, 60_000);
afterAll(() => bench.close());

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows of open deliveries that a plan has read. */
function deliveriesRead({ Plans, ...node }: PlanNode): number {
  const own =
    node['Relation Name'] === 'delivery' && node['Node Type'].includes('Scan')
      ? (node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 0)
      : 0;
  return (Plans ?? []).reduce((sum, plan) => sum + deliveriesRead(plan), own);
}

it('settling many reads none of the deliveries that wait beside them', async () => {
  await bench.enqueue(Array.from({ length: SETTLED }, () => contactOf(bench.ours)));
  // What the planner knows is from a quiet moment.
  await bench.superuser.query('ANALYZE lane, delivery');
  const { lanes } = await bench.claim(SETTLED);
  await bench.superuser.query(
    `INSERT INTO delivery (lane_id, lane_seq, id, organization_id, connection_id, contact_id, kind, cause)
     SELECT 1000000 + n, 1, new_id(), $1, $2, gen_random_uuid(), 'contact', 'bench' FROM generate_series(1, $3::integer) n`,
    [bench.ours.organizationId, bench.ours.connectionId, WAITING],
  );
  const plans: PlanNode[] = [];
  await bench.run(async (tx) => {
    await tx.query('SET LOCAL enable_seqscan = off');
    await tx.query('SET LOCAL enable_bitmapscan = off');
    const explaining = new Proxy(tx, {
      get: (target, name): unknown =>
        name === 'query'
          ? async (sql: string, parameters: unknown[]): Promise<unknown> => {
              const rows: { 'QUERY PLAN': { Plan: PlanNode }[] }[] = await target.query(
                `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
                parameters,
              );
              plans.push(...rows.flatMap((row) => row['QUERY PLAN'].map(({ Plan }) => Plan)));
              return [];
            }
          : (Reflect.get(target, name) as unknown),
    });
    await settle(explaining, bench.ours, lanes.map(deliveredAll));
  });
  expect(await bench.count('delivery')).toBe(WAITING);
  expect(plans.reduce((sum, plan) => sum + deliveriesRead(plan), 0)).toBe(SETTLED);
}, 60_000);
