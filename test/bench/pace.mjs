// What part of a vendor's allowance is used, and whether anything is sent that the vendor has to refuse: by kind of
// window and number of processes, beside a token bucket per process. Then how exactly a Retry-After is kept.
import { fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { migrate, removeEmbeddedPostgres, startEmbeddedPostgres } from '@rekomi/database';
import { pacePlan } from '@rekomi/sync';
import pg from 'pg';

import { print, quantile } from './figures.mjs';
import { goal, printGoals } from './goals.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    processes: { type: 'string', default: '1,2,8' },
    pauses: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
  },
});
const SECONDS = Number(values.seconds);
const PROCESSES = values.processes.split(',').map(Number);
/** Requests that were on their way when the vendor said stop are nobody's fault. */
const ON_THEIR_WAY_MS = 50;

/** What we set ourselves to, and what the vendor enforces. Hours and days are compressed into seconds. */
const KINDS = [
  kind('nine tenths of 100 a second, counted over any second', smooth(90, 1_000, 100), sliding(100, 1_000)),
  kind('100 a second, all of it', smooth(100, 1_000, 100), sliding(100, 1_000)),
  kind('200 in 10 seconds, all of it', smooth(200, 10_000, 200), sliding(200, 10_000)),
  kind('100 a second, in blocks of the clock', smooth(100, 1_000, 100), {
    ...sliding(100, 1_000),
    kind: 'clock',
  }),
  kind('40 in 4 seconds at once, in blocks from the first request', atOnce('fixed', 40, 4_000), {
    ...sliding(40, 4_000),
    kind: 'first',
  }),
  kind('40 in 4 seconds at once, over any 4 seconds', atOnce('sliding', 40, 4_000), sliding(40, 4_000)),
  kind('50 a second and a "daily" 100 in 4 seconds by the clock', quota('calendar'), {
    ...sliding(100, 4_000),
    kind: 'clock',
  }),
  kind('50 a second and an "hourly" 100 over any 4 seconds', quota('sliding'), sliding(100, 4_000)),
  kind(
    '10 at the same time',
    { ...smooth(1_000, 1_000, 1_000), concurrency: 10 },
    { kind: 'places', places: 10, delayMs: 100 },
  ),
];

const folder = mkdtempSync(path.join(tmpdir(), 'rekomi-pace-'));
const postgres = await startEmbeddedPostgres({ dataFolder: folder });
await migrate(postgres.ownerUrl, postgres.appUrl);
const superuserUrl = new URL(postgres.superuserUrl);
superuserUrl.pathname = new URL(postgres.appUrl).pathname;
const pool = new pg.Pool({ connectionString: superuserUrl.href, max: 1 });
try {
  const rows = [
    [
      'allowance',
      'processes',
      'used of it',
      'of the limit',
      'refused',
      'bucket: of the limit',
      'bucket: refused',
    ],
  ];
  for (const one of KINDS.filter(({ name }) => name.includes(values.only))) {
    for (const processes of PROCESSES) {
      const ours = await use(one, processes, false);
      const bucket = one.rule.kind === 'places' ? undefined : await use(one, processes, true);
      const own = pacePlan(one.limit, {});
      const kept =
        own.distanceMs === 0 ? 1 : Math.min(1, limitOf(one).perMs / own.distanceMs / limitOf(one).requests);
      const line = [
        one.name,
        String(processes),
        share(ours.used / kept),
        share(ours.used),
        String(ours.refused),
      ];
      goal({
        id: 'P7',
        what: `allowance used, ${one.name}, ${processes} ${processes === 1 ? 'process' : 'processes'}`,
        ours: `${share(ours.used / kept)}, ${ours.refused} refused`,
        beside: bucket === undefined ? '' : `bucket: ${share(bucket.used)}, ${bucket.refused} refused`,
        ...(bucket === undefined ? {} : { ratio: ours.used / bucket.used }),
        aim: '≥ 97 %, none refused',
        met: ours.used / kept >= 0.97 && ours.refused === 0,
      });
      rows.push([...line, bucket ? share(bucket.used) : '', bucket ? String(bucket.refused) : '']);
      console.error(rows.at(-1).join('   '));
    }
  }
  print(rows);
  print(await pauses());
  printGoals();
} finally {
  await pool.end();
  await postgres.stop();
  await removeEmbeddedPostgres(folder);
}

function kind(name, limit, rule) {
  return { name, rule, limit: { timeoutMs: 10_000, source: 'bench', concurrency: 64, ...limit } };
}
function smooth(requests, perMs, most) {
  const ceiling = { kind: 'smooth', requests: most, perMs };
  return { usual: { kind: 'smooth', requests, perMs }, ceiling };
}
function atOnce(how, requests, perMs) {
  const usual = { kind: how, requests, perMs };
  return { usual, ceiling: usual };
}
function quota(how) {
  return { ...smooth(50, 1_000, 100), quotas: [{ kind: how, requests: 100, perMs: 4_000 }] };
}
function sliding(requests, perMs) {
  return { kind: 'sliding', requests, perMs, delayMs: 10 };
}
function share(part) {
  return `${(part * 100).toFixed(1)} %`;
}

async function cluster({ limit, rule }, processes, naive) {
  await pool.query('TRUNCATE pace, pace_count, pace_place');
  const vendor = child('pace-vendor.mjs', rule);
  const { port } = await told(vendor);
  const loops = Math.ceil(64 / processes);
  const workers = [];
  for (let n = 0; n < processes; n += 1) {
    const worker = child('pace-worker.mjs', { url: postgres.appUrl, port, limit, processes, naive, loops });
    await told(worker);
    workers.push(worker);
  }
  return {
    vendor,
    async start() {
      if (rule.kind === 'clock') await delay(rule.perMs - (Date.now() % rule.perMs) + 5);
      for (const worker of workers) worker.send('go');
    },
    async stop() {
      vendor.send({ collect: true });
      const { record } = await told(vendor);
      for (const worker of workers) worker.kill();
      vendor.disconnect();
      return record;
    },
  };
}

async function use(one, processes, naive) {
  const run = await cluster(one, processes, naive);
  await run.start();
  await delay(1_000 * SECONDS);
  const record = await run.stop();
  const sent = record.filter(({ status }) => status === 200).map(({ at }) => at);
  const taken = sent.sort((one, other) => one - other);
  // The bucket's stops after a refusal are part of what it reaches: counted over the whole run, its burst at the start included.
  const { requests, perMs } = limitOf(one);
  const used = naive ? taken.length / (1_000 * SECONDS) / (requests / perMs) : usedPart(one, taken);
  return { used, refused: record.length - taken.length };
}

/** Requests a second beside those that were allowed: up to the last window that began, from the first request on. */
function usedPart(one, taken) {
  const { rule } = one;
  if (rule.kind === 'places') {
    const perMs = (taken.length - 1) / (taken.at(-1) - taken[0]);
    return perMs / (rule.places / rule.delayMs);
  }
  const own = limitOf(one);
  const whole =
    own.kind === 'smooth' ? taken.length - 1 : Math.floor((taken.length - 1) / own.requests) * own.requests;
  return whole / (taken[whole] - taken[0]) / (own.requests / own.perMs);
}

/** What the vendor allows of this kind. */
function limitOf({ limit }) {
  return limit.quotas?.[0] ?? limit.ceiling;
}

/** Again and again the vendor wants to be left alone for a second. */
async function pauses() {
  const rows = [
    [
      'Retry-After, 50 a second',
      'early',
      'after the deadline, ms: least',
      'median',
      'most',
      'in the first second, most',
    ],
  ];
  const one = kind('pauses', smooth(50, 1_000, 100), sliding(100, 1_000));
  for (const processes of PROCESSES) {
    const run = await cluster(one, processes, false);
    await run.start();
    for (let n = 0; n < Number(values.pauses); n += 1) {
      await delay(3_000);
      run.vendor.send({ pause: 1_000 });
    }
    await delay(3_000);
    const record = (await run.stop()).sort((one, other) => one.at - other.at);
    const deadlines = [...new Set(record.flatMap(({ deadline }) => deadline ?? []))];
    const early = record.filter(
      ({ at, deadline }) => deadline !== undefined && deadline - 1_000 + ON_THEIR_WAY_MS < at,
    );
    const after = deadlines.map((deadline) => record.find(({ at }) => at >= deadline)?.at - deadline);
    const first = deadlines.map(
      (deadline) => record.filter(({ at }) => at >= deadline && at < deadline + 1_000).length,
    );
    const figures = [0, 0.5, 1].map((q) => quantile(after, q).toFixed(0));
    goal({
      id: 'P8',
      what: `after a Retry-After, ${processes} ${processes === 1 ? 'process' : 'processes'}`,
      ours: `${figures.join(' / ')} ms after it (least, median, most), ${early.length} early, ${Math.max(...first)} in the first second`,
      aim: '0 to 50 ms, none early, ≤ 55',
      met: early.length === 0 && Math.max(...after) <= 50 && Math.max(...first) <= 55,
    });
    rows.push([
      `${processes} processes, ${deadlines.length} pauses`,
      String(early.length),
      ...figures,
      String(Math.max(...first)),
    ]);
  }
  return rows;
}

function child(file, argument) {
  return fork(path.join(import.meta.dirname, file), [JSON.stringify(argument)]);
}

function told(process) {
  return new Promise((resolve, reject) => {
    process.once('message', resolve);
    process.once('exit', () => reject(new Error('A process of the bench ended early.')));
  });
}
