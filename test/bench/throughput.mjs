// Delivered contacts a second of a built worker process, durable, one by one, in bulk and with five changes in one, beside a
// bare loop of the same requests, what many build themselves on BullMQ and Redis, and BullMQ on PostgreSQL doing nothing.
// CPU of the same run. All ways take turns, round by round.
import { fork } from 'node:child_process';
import { loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { bareWrites } from './bare-writes.mjs';
import { cpuMs, postgresCpuMs } from './cpu-time.mjs';
import { median, print, seconds } from './figures.mjs';
import { figure, goal, printGoals } from './goals.mjs';
import { startRedis } from './own-redis.mjs';
import { startProduct } from './product.mjs';
import { StandingPeople, WORKSPACE } from './standing-people.mjs';

const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '5000' },
    single: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
  },
});
const CONTACTS = Number(values.contacts);
const SINGLE = Math.min(CONTACTS, Number(values.single));
const ROUNDS = Number(values.rounds);
/** What the engine has under way at once when it sends one by one. */
const CONCURRENCY = 64;
/** Of BullMQ on PostgreSQL, where jobs do nothing. */
const NO_OP_CONCURRENCY = 16;
const COALESCED = 5;

const before = loadavg()[0];
const redis = await startRedis();
if (redis === undefined) console.error('No redis-server here: the home-made peer is left out.');
const product = await startProduct({ ROLE: 'api' });
const people = new StandingPeople(product);
const bare = bareWrites(product.sandboxUrl, WORKSPACE, CONCURRENCY);
const peers = {};
let backend;
try {
  const worker = await product.another({ ROLE: 'worker' });
  await people.stand(CONTACTS);
  backend = await people.sessionPid();
  if (redis !== undefined)
    peers.redis = await peer('redis', redis.url, CONCURRENCY, [
      product.sandboxUrl,
      WORKSPACE.siteId,
      WORKSPACE.trackApiKey,
    ]);
  peers.postgres = await peer('postgres', product.superuserUrl, NO_OP_CONCURRENCY, []);

  const ways = {
    'bare undici loop': () => loop('undici', SINGLE),
    'bare loop of axios on undici': () => loop('axios', SINGLE),
    'product, one request each': (mark) => ours(worker, SINGLE, 1, false, mark),
    'product, in bulk': (mark) => ours(worker, CONTACTS, 1, true, mark),
    'product, in bulk, five changes each': (mark) => ours(worker, CONTACTS, COALESCED, true, mark),
    ...(peers.redis === undefined
      ? {}
      : { 'BullMQ on Redis, customerio-node, a job each': (mark) => theirs(peers.redis, SINGLE, mark) }),
    'BullMQ on PostgreSQL, jobs that do nothing': (mark) => theirs(peers.postgres, SINGLE, mark),
  };
  const rounds = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [way, run] of Object.entries(ways)) {
      const result = await run(`r${round}`);
      // The first round is for warming up.
      if (round > 0) rounds[way].push(result);
      process.stderr.write(`${round} ${way}: ${figure(result.rate)}/s\n`);
    }
  }
  report(rounds);
} finally {
  for (const { child, ended } of Object.values(peers)) {
    if (child.connected) child.send({ end: true });
    await ended;
  }
  await bare.close();
  await people.close();
  await product.stop();
  await redis?.close();
}

async function loop(way, contacts) {
  const cpu = process.cpuUsage();
  const took = await seconds(() => bare.send(way, contacts, way));
  const { user, system } = process.cpuUsage(cpu);
  return { rate: contacts / took, node: (user + system) / contacts };
}

async function ours(worker, contacts, times, batches, mark) {
  await people.batches(batches);
  await people.change(contacts, times, `${mark}${batches}${times}`);
  const since = await people.now();
  const cpu = { node: cpuMs(worker), postgres: postgresCpuMs(backend) };
  const took = await people.drained();
  const node = cpuMs(worker) - cpu.node;
  const postgres = postgresCpuMs(backend) - cpu.postgres;
  const deliveries = contacts * times;
  const settled = await people.settledSince(since);
  const sum = Object.values(settled).reduce((all, count) => all + count, 0);
  if (sum !== deliveries) throw new Error(`${deliveries} deliveries, settled: ${JSON.stringify(settled)}`);
  return {
    rate: deliveries / took,
    node: (node * 1_000) / deliveries,
    postgres: (postgres * 1_000) / deliveries,
    settled,
  };
}

async function peer(kind, store, concurrency, rest) {
  const child = fork(path.join(import.meta.dirname, 'home-made-peer.mjs'), [
    kind,
    store,
    String(concurrency),
    ...rest,
  ]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await told(child);
  return { child, ended };
}

async function theirs({ child }, contacts, mark) {
  const jobs = Array.from({ length: contacts }, (_, number) => ({
    email: `person${number}@example.com`,
    first_name: 'Ada',
    last_name: `Number${number} ${mark}`,
    created_at: 1_700_000_000,
    rekomi_tags: 'Rekomi affiliate',
    rekomi_status: 'approved',
  }));
  child.send({ add: jobs });
  await told(child);
  const cpu = cpuMs(child.pid);
  const took = await seconds(() => {
    child.send({ start: contacts });
    return told(child);
  });
  return { rate: contacts / took, node: ((cpuMs(child.pid) - cpu) * 1_000) / contacts };
}

function told(child) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`A peer ended with ${code}.`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

function report(rounds) {
  const of = (way, what) => median(rounds[way].map((round) => round[what]));
  print([
    ['what', 'per second', 'Node µs each', 'PostgreSQL µs each'],
    ...Object.keys(rounds).map((way) => [
      way,
      ...['rate', 'node', 'postgres'].map((what) => figure(of(way, what))),
    ]),
  ]);
  console.log(`Load ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after.`);
  /** Ratios within each round, because the machine may have been another one in the next. */
  const ratio = (way, to, what = 'rate') =>
    median(rounds[way].map((round, at) => round[what] / rounds[to][at][what]));
  const compare = (id, way, to, least) => {
    if (rounds[to] === undefined) return;
    const value = ratio(way, to);
    goal({
      id,
      what: way,
      ours: `${figure(of(way, 'rate'))}/s`,
      beside: `${to}: ${figure(of(to, 'rate'))}/s`,
      ratio: value,
      aim: `≥ ${least}`,
      met: value >= least,
    });
  };
  const [undici, axios, single, bulk, coalesced] = Object.keys(rounds);
  const redisPeer = Object.keys(rounds).find((way) => way.startsWith('BullMQ on Redis'));
  const noOp = Object.keys(rounds).at(-1);
  compare('P2', single, axios, 0.6);
  compare('P2', single, undici, 0.6);
  compare('P2', single, redisPeer ?? '', 1.5);
  compare('P2', bulk, redisPeer ?? '', 8);
  compare('P2', bulk, noOp, 15);
  for (const [way, least] of [
    [bulk, 20_000],
    [coalesced, 45_000],
  ])
    goal({
      id: 'P2',
      what: `${way}, deliveries`,
      ours: `${figure(of(way, 'rate'))}/s`,
      beside: `${noOp}: ${figure(of(noOp, 'rate'))}/s`,
      ratio: ratio(way, noOp),
      aim: `≥ ${least.toLocaleString('en-GB')}/s`,
      met: of(way, 'rate') >= least,
    });
  goal({
    id: 'P3',
    what: 'Node CPU of a delivery, one request each',
    ours: `${figure(of(single, 'node'))} µs`,
    beside: `${undici}: ${figure(of(undici, 'node'))} µs`,
    ratio: ratio(single, undici, 'node'),
    aim: '≤ 2',
    met: ratio(single, undici, 'node') <= 2,
  });
  for (const [what, name, most] of [
    ['node', 'Node', 25],
    ['postgres', 'PostgreSQL', 40],
  ])
    goal({
      id: 'P3',
      what: `${name} CPU of a delivery in bulk`,
      ours: `${figure(of(bulk, what))} µs`,
      beside: `one request each: ${figure(of(single, what))} µs`,
      ratio: ratio(bulk, single, what),
      aim: `≤ ${most} µs`,
      met: of(bulk, what) <= most,
    });
  printGoals();
}
