// What one step of a drain costs with ever more waiting, beside the claim that suggests itself: rows in one table, and no
// earlier row of the same contact. Once spread evenly, five to a contact; once with half of everything behind one contact
// whose first delivery is tried again in an hour.
import { parseArgs } from 'node:util';

import { openBenchDatabase } from './bench-database.mjs';
import { buffersOf, drainStep, newDrain } from './drain-step.mjs';
import { median, print, quantile } from './figures.mjs';
import { figure, goal, printGoals } from './goals.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000,100000,1000000' },
    steps: { type: 'string', default: '60' },
  },
});
const SIZES = values.rows.split(',').map(Number);
const STEPS = Number(values.steps);
const LANES_A_STEP = 100;
const PER_CONTACT = 5;
/** Of the same rows: how often the other claim is made, and how long it may take. */
const NAIVE_STEPS = 5;
const NAIVE_PATIENCE_MS = 120_000;
const MOST_BUFFERS = 2_500;
const TABLES = 'lane, delivery, drain, ledger, intention, history, attempt, delivery_total';

const database = await openBenchDatabase();
const { superuser, target } = database;
const session = await superuser.connect();
try {
  await session.query(`SET session_replication_role = replica; SET synchronous_commit = off`);
  await session.query(
    `CREATE TABLE naive (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, connection_id uuid NOT NULL, contact_id uuid NOT NULL,
       due_at timestamptz NOT NULL, state text NOT NULL DEFAULT 'pending', payload text);
     CREATE INDEX ON naive (connection_id, contact_id, id) WHERE state = 'pending';
     CREATE INDEX ON naive (connection_id, id) WHERE state = 'pending'`,
  );
  const found = [];
  for (const size of SIZES)
    for (const spread of ['even', 'hot']) found.push({ size, spread, ...(await measure(size, spread)) });
  report(found);
} finally {
  session.release();
  await database.close();
}

async function measure(size, spread) {
  const steps = [];
  const buffers = [];
  // A small heap is used up by fewer steps than a median needs, so it is filled again.
  const even = spread === 'even' ? size : size / 2;
  const perFill = Math.max(4, Math.min(STEPS + 5, Math.floor(even / PER_CONTACT / LANES_A_STEP) - 1));
  let naive;
  while (steps.length < STEPS) {
    await fill(even, size - even);
    const drain = await newDrain(database);
    for (let n = 0; n < perFill; n += 1) {
      const first = n < 2;
      const counted = !first && n < 5;
      const sums = { claiming: 0, all: 0 };
      const step = await drainStep(
        database,
        drain,
        LANES_A_STEP,
        counted ? (sql, of) => add(sums, sql, of) : undefined,
      );
      if (step.lanes !== LANES_A_STEP) throw new Error(`A step had ${step.lanes} lanes.`);
      if (counted) buffers.push(sums);
      if (!first && !counted) steps.push(step);
    }
    naive ??= await naiveSteps();
  }
  const line = {
    claim: median(steps.map(({ claimMs }) => claimMs)),
    p50: median(steps.map(({ stepMs }) => stepMs)),
    p99: quantile(
      steps.map(({ stepMs }) => stepMs),
      0.99,
    ),
    claimBuffers: median(buffers.map(({ claiming }) => claiming)),
    buffers: median(buffers.map(({ all }) => all)),
    naive,
  };
  process.stderr.write(`${size} ${spread}: ${JSON.stringify(line)}\n`);
  return line;
}

/** What is written into history, log and ledger does not look for anything, and is counted apart from what does. */
function add(sums, sql, buffers) {
  sums.all += buffers;
  if (!sql.includes('INSERT INTO history')) sums.claiming += buffers;
}

/** Both tables with the same rows. */
async function fill(even, hot) {
  await session.query(`TRUNCATE ${TABLES}, naive`);
  if (hot > 0) {
    await session.query(
      `INSERT INTO lane (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending, attempts)
       VALUES ($1, $2, gen_random_uuid(), now() + interval '1 hour', $3, true, 1)`,
      [target.organizationId, target.connectionId, hot],
    );
    await deliver(hot);
    // Its first one waits, and all that came after it could be sent if the first one were not there.
    await session.query(
      `UPDATE naive SET due_at = now() + interval '1 hour' WHERE id = (SELECT min(id) FROM naive)`,
    );
  }
  const lanes = Math.floor(even / PER_CONTACT);
  const { rows } = await session.query('SELECT coalesce(max(id), 0) AS last FROM lane');
  await session.query(
    `INSERT INTO lane (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending)
     SELECT $1, $2, gen_random_uuid(), now() - (1 - n::float8 / $3) * interval '1 hour', ${PER_CONTACT}, true
       FROM generate_series(1, $3::integer) n`,
    [target.organizationId, target.connectionId, lanes],
  );
  await deliver(PER_CONTACT, rows[0].last);
  await session.query('ANALYZE lane; ANALYZE delivery; ANALYZE naive');
  await session.query('CHECKPOINT');
}

async function deliver(each, after = 0) {
  await session.query(
    `INSERT INTO delivery (lane_id, lane_seq, id, organization_id, connection_id, contact_id, kind, cause,
                           event_id, event_name, dedupe_id, occurred_at, payload)
     SELECT l.id, n, gen_random_uuid(), l.organization_id, l.connection_id, l.contact_id,
            CASE WHEN n = 1 THEN 'contact' ELSE 'event' END, 'bench', l.organization_id, 'commission_earned', l.id || '-' || n, now(),
            '{"order_id":"A-1042","amount":1250,"currency":"EUR"}'
       FROM lane l, generate_series(1, $1::integer) n WHERE l.id > $2`,
    [each, after],
  );
  await session.query(
    `INSERT INTO naive (connection_id, contact_id, due_at, payload)
     SELECT l.connection_id, l.contact_id, now() - interval '1 hour', '{"order_id":"A-1042","amount":1250,"currency":"EUR"}'
       FROM lane l, generate_series(1, $1::integer) n WHERE l.id > $2 ORDER BY l.id, n`,
    [each, after],
  );
}

async function naiveSteps() {
  const times = [];
  const claim = `
    SELECT n.id FROM naive n WHERE n.connection_id = $1 AND n.state = 'pending' AND n.due_at <= now()
       AND NOT EXISTS (SELECT FROM naive e WHERE e.connection_id = n.connection_id AND e.contact_id = n.contact_id
                                             AND e.state = 'pending' AND e.id < n.id)
     ORDER BY n.id LIMIT ${LANES_A_STEP} FOR UPDATE SKIP LOCKED`;
  const client = await superuser.connect();
  try {
    // As good as its indexes allow: without this the planner reads everything and sorts it.
    await client.query(`SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off`);
    await client.query(`SET statement_timeout = ${NAIVE_PATIENCE_MS}`);
    let buffers;
    for (let n = 0; n < NAIVE_STEPS; n += 1) {
      const started = performance.now();
      await client.query('BEGIN');
      if (n === 0) {
        const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${claim}`, [
          target.connectionId,
        ]);
        buffers = buffersOf(rows[0]['QUERY PLAN']);
      } else {
        const { rows } = await client.query(claim, [target.connectionId]);
        await client.query('DELETE FROM naive WHERE id = ANY($1::bigint[])', [rows.map(({ id }) => id)]);
      }
      await client.query('COMMIT');
      times.push(performance.now() - started);
      if (times.at(-1) > 10_000) break;
    }
    return { p50: median(times), buffers };
  } catch (err) {
    if (err.code !== '57014') throw err;
    return { p50: Infinity, buffers: NaN };
  } finally {
    client.release(true);
  }
}

function report(found) {
  print([
    [
      'rows',
      'spread',
      'claim p50 ms',
      'step p50 ms',
      'step p99 ms',
      'buffers: claim, read, release',
      'buffers: step',
      'naive p50 ms',
      'naive buffers',
    ],
    ...found.map(({ size, spread, claim, p50, p99, claimBuffers, buffers, naive }) => [
      size.toLocaleString('en-GB'),
      spread,
      ...[claim, p50, p99, claimBuffers, buffers, naive.p50, naive.buffers].map(figure),
    ]),
  ]);
  for (const spread of ['even', 'hot']) {
    const lines = found.filter((line) => line.spread === spread);
    const [small, large] = [lines[0], lines.at(-1)];
    const rows = large.size.toLocaleString('en-GB');
    const name = `${rows} rows, ${spread === 'even' ? 'even' : 'half behind one contact'}`;
    goal({
      id: 'P1',
      what: `drain step, ${name}`,
      ours: `${figure(large.p50)} ms`,
      beside: `${figure(small.p50)} ms at ${small.size.toLocaleString('en-GB')}`,
      ratio: large.p50 / small.p50,
      aim: '≤ 1.5',
      met: large.p50 <= 1.5 * small.p50,
    });
    goal({
      id: 'P1',
      what: `drain step, 99th of 100, ${name}`,
      ours: `${figure(large.p99)} ms`,
      beside: `naive ${figure(large.naive.p50)} ms (median)`,
      ratio: large.p99 / large.naive.p50,
      aim: '≤ 40 ms',
      met: large.p99 <= 40,
    });
    goal({
      id: 'P1',
      what: `shared buffers to claim, read and release, ${name}`,
      ours: figure(large.claimBuffers),
      beside: `naive ${figure(large.naive.buffers)}`,
      ratio: large.claimBuffers / large.naive.buffers,
      aim: `≤ ${figure(MOST_BUFFERS)}`,
      met: large.claimBuffers <= MOST_BUFFERS,
    });
    goal({
      id: 'P1',
      what: `the same with history, log and ledger, ${name}`,
      ours: figure(large.buffers),
      beside: `${figure(small.buffers)} at ${small.size.toLocaleString('en-GB')}`,
      ratio: large.buffers / small.buffers,
      aim: `≤ ${figure(MOST_BUFFERS)}`,
      met: large.buffers <= MOST_BUFFERS,
    });
  }
  printGoals();
}
