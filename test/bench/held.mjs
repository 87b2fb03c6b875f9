// Claims while somebody holds an old snapshot open and work comes and goes: dead entries pile up in front of what is due, and
// the watermark is what keeps a claim from walking over them. First without a holder, then with.
import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { enqueue } from '../../libs/sync/dist/sql/enqueue.js';
import { openBenchDatabase } from './bench-database.mjs';
import { drainStep, newDrain } from './drain-step.mjs';
import { median, print, quantile } from './figures.mjs';
import { figure, goal, printGoals } from './goals.mjs';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, rate: { type: 'string', default: '2000' } },
});
const SECONDS = Number(values.seconds);
const RATE = Number(values.rate);
const EVERY_MS = 50;
const LANES_A_STEP = 500;

const database = await openBenchDatabase(6);
const { superuser, target, tenancy } = database;
const holder = await superuser.connect();
try {
  const free = await run();
  // The bundled server ends a session that does this for a minute.
  await holder.query('SET idle_in_transaction_session_timeout = 0');
  await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await holder.query('SELECT count(*) FROM lane');
  const held = await run();
  await holder.query('ROLLBACK');
  const { rows } = await superuser.query(
    `SELECT n_dead_tup::integer AS dead FROM pg_stat_user_tables WHERE relname = 'lane'`,
  );
  report(free, held, rows[0].dead);
} finally {
  holder.release(true);
  await database.close();
}

/** Offers and drains at the same time. */
async function run() {
  const started = performance.now();
  const claims = [];
  let offered = 0;
  let consumed = 0;
  let offering = true;
  const offer = async () => {
    const each = (RATE * EVERY_MS) / 1_000;
    for (let n = 0; performance.now() - started < SECONDS * 1_000; n += 1) {
      const items = Array.from({ length: each }, () => ({
        kind: 'contact',
        connectionId: target.connectionId,
        contactId: randomUUID(),
        cause: 'bench',
      }));
      await tenancy.run(target.organizationId, (tx) => enqueue(tx, target.organizationId, items));
      offered += each;
      const dueMs = started + (n + 1) * EVERY_MS - performance.now();
      if (dueMs > 0) await delay(dueMs);
    }
    offering = false;
  };
  const drain = async () => {
    const own = await newDrain(database);
    for (;;) {
      const at = performance.now() - started;
      const step = await drainStep(database, own, LANES_A_STEP);
      if (step.lanes > 0) claims.push({ at, ms: step.claimMs, lanes: step.lanes });
      consumed += step.deliveries;
      if (step.lanes === 0 && !offering) return;
      if (step.lanes === 0) await delay(5);
    }
  };
  await Promise.all([offer(), drain()]);
  const part = (from, to) =>
    claims.filter(({ at }) => at >= from && at < to).map(({ ms, lanes }) => (ms * 100) / lanes);
  const sixth = (SECONDS * 1_000) / 6;
  return {
    offered: offered / SECONDS,
    consumed: consumed / ((performance.now() - started) / 1_000),
    first: part(0, sixth),
    last: part(sixth * 5, sixth * 6),
  };
}

function report(free, held, dead) {
  print([
    ['claim, ms for 100 lanes', 'offered/s', 'consumed/s', 'first sixth p50', 'p99', 'last sixth p50', 'p99'],
    ...[
      ['nobody holds a snapshot', free],
      ['somebody does', held],
    ].map(([name, { offered, consumed, first, last }]) => [
      name,
      ...[offered, consumed, median(first), quantile(first, 0.99), median(last), quantile(last, 0.99)].map(
        figure,
      ),
    ]),
  ]);
  console.log(`Load ${loadavg()[0].toFixed(1)}. ${figure(dead)} dead rows of lane at the end.\n`);
  const ratio = quantile(held.last, 0.99) / quantile(held.first, 0.99);
  goal({
    id: 'P6',
    what: `claim, snapshot held for ${SECONDS} s, last sixth, 99th of 100`,
    ours: `${figure(quantile(held.last, 0.99))} ms (median ${figure(median(held.last))})`,
    beside: `first sixth: ${figure(quantile(held.first, 0.99))} ms (median ${figure(median(held.first))})`,
    ratio,
    aim: '≤ 1.5',
    met: ratio <= 1.5,
  });
  goal({
    id: 'P6',
    what: 'consumed while a snapshot is held',
    ours: `${figure(held.consumed)}/s`,
    beside: `offered: ${figure(held.offered)}/s of ${figure(RATE)} wanted`,
    ratio: held.consumed / held.offered,
    aim: '≥ 0.98 of what was wanted',
    met: held.consumed >= 0.98 * RATE,
  });
  printGoals();
}
