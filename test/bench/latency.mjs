// From the moment at which an event is written to the first byte at the vendor: on an idle product, at half of what it takes,
// and at half of it while another account of the vendor hangs with a long backlog. Arrivals keep their times whatever the
// product does, so that one that waits makes the others wait as well.
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { median, print, quantile } from './figures.mjs';
import { figure, goal, printGoals } from './goals.mjs';
import { startProduct } from './product.mjs';
import { StandingPeople } from './standing-people.mjs';
import { WatchingFront } from './watching-front.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    idle: { type: 'string', default: '100' },
    backlog: { type: 'string', default: '1000000' },
  },
});
const SECONDS = Number(values.seconds);
const IDLE = Number(values.idle);
const BACKLOG = Number(values.backlog);
const PEOPLE = 1_000;
const HANGING = { siteId: 'sandbox-site-7001', trackApiKey: 'sandbox-track-7001' };
const HANG_MS = 30_000;
/** Real people of the account that hangs; the backlog stands behind them. */
const HUNG_PEOPLE = 5_000;
/** To find out what it takes. */
const AT_ONCE = 16;

const front = new WatchingFront((url, body) => [...body.matchAll(/bench-[a-z]+-\d+/g)].map(([name]) => name));
const product = await startProduct({}, (sandboxUrl) => front.open(sandboxUrl));
await product.sandbox('workspaces', { id: 7001, name: 'Hanging' });
const people = new StandingPeople(product);
const hung = new StandingPeople(product, HANGING, 'hung');
try {
  await people.stand(PEOPLE);
  const before = loadavg()[0];
  for (let n = 0; n < IDLE; n += 1) {
    await send('idle', n);
    await arrived('idle', n + 1);
    await delay(30);
  }
  const most = await capacity();
  const rate = most / 2;
  await openLoop('alone', rate);
  await hung.stand(HUNG_PEOPLE);
  await hung.change(HUNG_PEOPLE, 1, 'late');
  await hung.burden(BACKLOG);
  front.hang(HANGING, HANG_MS);
  await hung.letGo();
  await delay(3_000);
  await openLoop('beside', rate);
  await report(most, before);
} finally {
  front.hang();
  await hung.close();
  await people.close();
  await product.stop();
}

function send(kind, n) {
  const name = `bench-${kind}-${n}`;
  return product.api('POST', '/events', {
    affiliateId: people.person(n),
    externalId: name,
    name: 'commission_earned',
    data: { order_id: name, amount: 1250, currency: 'EUR' },
  });
}

/** Events a second that the API takes and the vendor gets. */
async function capacity() {
  const started = performance.now();
  let sent = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() - started < SECONDS * 500) await send('most', sent++);
    }),
  );
  await arrived('most', sent);
  return sent / ((performance.now() - started) / 1_000);
}

async function openLoop(kind, rate) {
  const started = performance.now();
  const under = [];
  const count = Math.floor(rate * SECONDS);
  for (let n = 0; n < count; n += 1) {
    const dueMs = started + (n * 1_000) / rate - performance.now();
    if (dueMs > 0) await delay(dueMs);
    under.push(send(kind, n));
  }
  await Promise.all(under);
  await arrived(kind, count);
}

async function arrived(kind, count) {
  for (let n = 0; n < count; n += 1) while (!front.arrivals.has(`bench-${kind}-${n}`)) await delay(1);
}

/** Milliseconds from writing to arriving; both clocks are the machine's. */
async function latencies(kind) {
  const { rows } = await people.query(
    `SELECT payload::json ->> 'order_id' AS name, extract(epoch FROM created_at) * 1000 AS at FROM (
       SELECT payload, created_at FROM history UNION ALL SELECT payload, created_at FROM delivery
     ) d WHERE payload LIKE $1`,
    [`%bench-${kind}-%`],
  );
  return rows.map(({ name, at }) => front.arrivals.get(name) - Number(at)).filter((ms) => !Number.isNaN(ms));
}

async function report(most, before) {
  const [idle, alone, beside] = await Promise.all(['idle', 'alone', 'beside'].map(latencies));
  const p = (list, q) => quantile(list, q);
  print([
    ['event written → first byte at the vendor', 'events', 'p50 ms', 'p99 ms'],
    ...[
      ['idle', idle],
      [`half load, ${figure(most / 2)}/s`, alone],
      [`half load beside an account that hangs, ${BACKLOG.toLocaleString('en-GB')} waiting there`, beside],
    ].map(([name, list]) => [name, String(list.length), figure(p(list, 0.5)), figure(p(list, 0.99))]),
  ]);
  console.log(`Load ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after.\n`);
  const rows = [
    ['P4', 'idle, median', p(idle, 0.5), 8],
    ['P4', 'idle, 99th of 100', p(idle, 0.99), 25],
    ['P4', 'half load, 99th of 100', p(alone, 0.99), 100],
  ];
  for (const [id, what, ours, most] of rows)
    goal({
      id,
      what: `event written to first byte, ${what}`,
      ours: `${figure(ours)} ms`,
      aim: `≤ ${most} ms`,
      met: ours <= most,
    });
  const ratio = p(beside, 0.99) / p(alone, 0.99);
  goal({
    id: 'P9',
    what: 'event beside a hanging account, 99th of 100',
    ours: `${figure(p(beside, 0.99))} ms (median ${figure(median(beside))})`,
    beside: `alone: ${figure(p(alone, 0.99))} ms (median ${figure(median(alone))})`,
    ratio,
    aim: '≤ 1.5',
    met: ratio <= 1.5,
  });
  printGoals();
}
