// From starting a worker process to the first request at the vendor, with a long backlog, and whether any table of work was
// read as a whole on the way.
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { median, print, residentMegabytes } from './figures.mjs';
import { figure, goal, printGoals } from './goals.mjs';
import { startProduct } from './product.mjs';
import { StandingPeople } from './standing-people.mjs';
import { WatchingFront } from './watching-front.mjs';

const { values } = parseArgs({
  options: { backlog: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '5' } },
});
const BACKLOG = Number(values.backlog);
const ROUNDS = Number(values.rounds);
const PEOPLE = 100;

const front = new WatchingFront((url) => (url.includes('/track.customer.io/') ? ['request'] : []));
const product = await startProduct({ ROLE: 'api' }, (sandboxUrl) => front.open(sandboxUrl));
const people = new StandingPeople(product);
try {
  await product.another({ ROLE: 'worker' });
  await people.stand(PEOPLE);
  await product.endOthers();
  const empty = [];
  for (let round = 0; round < ROUNDS; round += 1) empty.push(await start(`empty${round}`));
  await people.change(PEOPLE, 1, 'before');
  await people.burden(BACKLOG);
  const full = [];
  const scans = await wholeReads();
  for (let round = 0; round < ROUNDS; round += 1) full.push(await start(`full${round}`));
  report(empty, full, (await wholeReads()) - scans);
} finally {
  await people.close();
  await product.stop();
}

async function start(mark) {
  await people.change(PEOPLE, 1, mark);
  // What changed just now goes before the backlog.
  await people.query(
    `UPDATE lane SET next_due_at = now() - interval '1 day' WHERE connection_id = $1 AND contact_id = ANY($2::uuid[])`,
    [people.connectionId, Array.from({ length: PEOPLE }, (_, n) => people.person(n))],
  );
  await people.letGo();
  front.arrivals.clear();
  const started = Date.now();
  const pid = await product.another({ ROLE: 'worker' });
  while (!front.arrivals.has('request')) await delay(1);
  const ms = front.arrivals.get('request') - started;
  const memory = residentMegabytes(pid);
  await product.endOthers();
  return { ms, memory };
}

async function wholeReads() {
  const { rows } = await people.query(
    `SELECT pg_stat_clear_snapshot(), sum(seq_scan)::integer AS scans FROM pg_stat_user_tables WHERE relname IN ('lane', 'delivery')`,
  );
  return rows[0].scans;
}

function report(empty, full, scans) {
  const of = (list, what) => median(list.map((one) => one[what]));
  print([
    ['start of a worker process', 'first request after ms', 'MB resident then'],
    ['nothing else waits', figure(of(empty, 'ms')), figure(of(empty, 'memory'))],
    [`${BACKLOG.toLocaleString('en-GB')} lanes wait`, figure(of(full, 'ms')), figure(of(full, 'memory'))],
  ]);
  console.log(
    `Load ${loadavg()[0].toFixed(1)}. Whole reads of lane or delivery: ${scans} in ${ROUNDS} starts.\n`,
  );
  goal({
    id: 'P16',
    what: `start of a worker to first request, ${BACKLOG.toLocaleString('en-GB')} waiting`,
    ours: `${figure(of(full, 'ms'))} ms`,
    beside: `nothing waiting: ${figure(of(empty, 'ms'))} ms`,
    ratio: of(full, 'ms') / of(empty, 'ms'),
    aim: '≤ 2,000 ms',
    met: of(full, 'ms') <= 2_000,
  });
  goal({
    id: 'P16',
    what: 'whole reads of lane and delivery on the way',
    ours: String(scans),
    aim: '0',
    met: scans === 0,
  });
  printGoals();
}
