// From the moment at which an event is written to the first byte at the vendor: on an idle product, at half of what it takes,
// and at half of it while one more account of the vendor hangs with a long backlog. Idle, the events go to one account, under
// load to many in turns.
// Arrivals keep their times whatever the product does, so that one that waits makes the others wait as well.
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { median, print, quantile } from './figures.mjs';
import { figure, goal, printGoals } from './goals.mjs';
import { startProduct } from './product.mjs';
import { FAST, StandingPeople } from './standing-people.mjs';
import { WatchingFront } from './watching-front.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    idle: { type: 'string', default: '100' },
    backlog: { type: 'string', default: '1000000' },
    accounts: { type: 'string', default: '99' },
  },
});
const SECONDS = Number(values.seconds);
const IDLE = Number(values.idle);
const BACKLOG = Number(values.backlog);
const ACCOUNTS = Number(values.accounts);
const PEOPLE = 1_000;
/** In each of the accounts beside the first. */
const PEOPLE_EACH = 10;
const HANGING = { siteId: 'sandbox-site-7001', trackApiKey: 'sandbox-track-7001' };
const HANG_MS = 30_000;
/** Real people of the account that hangs; the backlog stands behind them. */
const HUNG_PEOPLE = 5_000;
/** To find out what it takes. */
const AT_ONCE = 16;

/** Ids of the people of each account. */
let everybody = [];

const front = new WatchingFront((url, body) => [...body.matchAll(/bench-[a-z]+-\d+/g)].map(([name]) => name));
const product = await startProduct({}, (sandboxUrl) => front.open(sandboxUrl));
await product.sandbox('workspaces', { id: 7001, name: 'Hanging' });
const people = new StandingPeople(product);
const hung = new StandingPeople(product, HANGING, 'hung');
try {
  await people.stand(PEOPLE);
  everybody = [Array.from({ length: PEOPLE }, (_, n) => people.person(n)), ...(await otherAccounts())];
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
  await hung.settleDown();
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

/** Accounts with a few people each, all in place; @returns their ids, account by account. */
async function otherAccounts() {
  const { api, sandbox } = product;
  const accounts = [];
  for (let n = 1; n < ACCOUNTS; n += 1) {
    const id = 8_000 + n;
    await sandbox('workspaces', { id, name: `Account ${n}` });
    const connection = await api('POST', '/connections', {
      provider: 'customer-io',
      environment: 'sandbox',
      credentials: { siteId: `sandbox-site-${id}`, trackApiKey: `sandbox-track-${id}` },
      settings: FAST,
    });
    const { id: campaign } = await api('POST', '/campaigns', { name: `Account ${n}` });
    await api('PUT', `/campaigns/${campaign}/destinations/${connection.id}`, {});
    const affiliates = Array.from({ length: PEOPLE_EACH }, (_, person) => ({
      email: `person${person}.${n}@example.com`,
    }));
    const { results } = await api('POST', '/affiliates/bulk', { campaign, affiliates });
    const affiliateIds = results.map(({ affiliateId }) => affiliateId);
    await api('POST', '/affiliates/approve', { campaign, affiliateIds });
    accounts.push(affiliateIds);
  }
  while ((await people.query('SELECT 1 FROM lane LIMIT 1')).rows.length > 0) await delay(20);
  return accounts;
}

/** Account by account, and in each account person by person. */
function affiliate(n) {
  const account = everybody[n % everybody.length];
  return account[Math.floor(n / everybody.length) % account.length];
}

function send(kind, n) {
  const name = `bench-${kind}-${n}`;
  return product.api('POST', '/events', {
    affiliateId: kind === 'idle' ? people.person(n) : affiliate(n),
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
  console.log(`${ACCOUNTS} accounts. Load ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after.\n`);
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
