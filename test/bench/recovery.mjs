// What happens to work in the hands of a process that is killed: how long until somebody else has brought it to the vendor,
// and in which order the vendor heard of the changes of one person. Beside it what many build themselves, a BullMQ job for
// each change with BullMQ's own settings, under the same changes and the same kills.
import { fork } from 'node:child_process';
import { loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { median, print } from './figures.mjs';
import { figure, goal, printGoals } from './goals.mjs';
import { startRedis } from './own-redis.mjs';
import { startProduct } from './product.mjs';
import { StandingPeople, WORKSPACE } from './standing-people.mjs';
import { WatchingFront } from './watching-front.mjs';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '150' },
    kills: { type: 'string', default: '3' },
  },
});
const PEOPLE = Number(values.people);
const KILLS = Number(values.kills);
/** Changes of everybody, one after the other. */
const VERSIONS = 4;
/** Between two changes of the same person. */
const EVERY_MS = 1_500;
/** So long the vendor takes to answer, so that there is something in hand. */
const VENDOR_MS = 400;
const AT_ONCE = 16;
/** A job that is active for longer is in the hands of nobody. */
const STUCK_MS = 1_000;
/** BullMQ looks after stalled jobs every 30 seconds and takes the second look for certain. */
const PATIENCE_MS = 150_000;

/** What arrived at the vendor: address, version, and when. */
let arrived = [];
const front = new WatchingFront((url, body) => {
  const version = /\bv(\d+)\b/.exec(body)?.[1];
  const email = /person\d+@example\.com/.exec(decodeURIComponent(url))?.[0];
  if (version !== undefined && email !== undefined)
    arrived.push({ email, version: Number(version), at: performance.now() });
  return [];
});
const product = await startProduct({ ROLE: 'api' }, (sandboxUrl) => front.open(sandboxUrl));
const redis = await startRedis();
if (redis === undefined) console.error('No redis-server here: the home-made peer is left out.');
const people = new StandingPeople(product);
const before = loadavg()[0];
try {
  const ours = await underKills(await productWays());
  const theirs = redis === undefined ? undefined : await underKills(await peerWays());
  report(ours, theirs);
} finally {
  await people.close();
  await front.close();
  await product.stop();
  await redis?.close();
}

/** Changes everybody again and again while workers are killed. */
async function underKills(ways) {
  arrived = [];
  front.hang(WORKSPACE, VENDOR_MS);
  const waits = [];
  let changing = true;
  const writing = (async () => {
    for (let version = 1; version <= VERSIONS; version += 1) {
      const round = delay(EVERY_MS);
      await ways.change(version);
      await round;
    }
    changing = false;
  })();
  const looking = [];
  for (let kill = 0; kill < KILLS && changing; kill += 1) {
    await delay((VERSIONS * EVERY_MS) / (KILLS + 1));
    const at = performance.now();
    const inHand = await ways.kill();
    looking.push(...inHand.map((wanted) => arrivalAfter(at, wanted)));
  }
  await writing;
  waits.push(...(await Promise.all(looking)));
  await ways.settled();
  await ways.end();
  return { ...orderOf(arrived), waits: waits.map((ms) => ms / 1_000) };
}

/** Milliseconds until the vendor hears of the person again: of that version or a newer one. */
async function arrivalAfter(at, { email, version }) {
  for (;;) {
    const found = arrived.find((one) => one.at > at && one.email === email && one.version >= version);
    if (found !== undefined) return found.at - at;
    if (performance.now() - at > PATIENCE_MS) return Infinity;
    await delay(20);
  }
}

/** Of each person: whether a change came after a newer one, whether the last to come was the newest, and what came twice. */
function orderOf(requests) {
  const byPerson = grouped(requests);
  let inversions = 0;
  let stale = 0;
  let repeated = 0;
  for (const list of byPerson.values()) {
    const versions = list.map(({ version }) => version);
    inversions += versions.filter((version, n) => version < Math.max(0, ...versions.slice(0, n))).length;
    repeated += versions.length - new Set(versions).size;
    if (versions.at(-1) !== VERSIONS) stale += 1;
  }
  return { inversions, repeated, stale: stale + PEOPLE - byPerson.size };
}

function grouped(requests) {
  const groups = new Map();
  for (const request of requests) groups.set(request.email, [...(groups.get(request.email) ?? []), request]);
  return groups;
}

async function productWays() {
  const workers = [await product.another({ ROLE: 'worker' }), await product.another({ ROLE: 'worker' })];
  await people.stand(PEOPLE);
  await people.batches(false);
  return {
    async change(version) {
      let next = 0;
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          while (next < PEOPLE) {
            const n = next++;
            await product.api('PATCH', `/affiliates/${people.person(n)}`, { name: `Ada v${version}` });
          }
        }),
      );
    },
    async kill() {
      const pid = workers.shift();
      await product.kill(pid);
      const { rows } = await people.query(
        `SELECT a.email FROM drain d JOIN lane l ON l.drain_id = d.id JOIN affiliate a ON a.id = l.contact_id
          WHERE d.worker LIKE '%:' || $1`,
        [String(pid)],
      );
      workers.push(await product.another({ ROLE: 'worker' }));
      return rows.map(({ email }) => ({ email, version: 1 }));
    },
    async settled() {
      for (;;) {
        const { rows } = await people.query('SELECT 1 FROM lane LIMIT 1');
        if (rows.length === 0) return;
        await delay(50);
      }
    },
    end: () => product.endOthers(),
  };
}

async function peerWays() {
  const workers = [await peer(), await peer()];
  const activeIn = async (worker) => {
    worker.send({ active: true });
    return (await told(worker)).active;
  };
  return {
    change(version) {
      const put = Array.from({ length: PEOPLE }, (_, n) => ({
        email: `person${n}@example.com`,
        last_name: `v${version}`,
      }));
      workers.at(-1).send({ put });
    },
    async kill() {
      const victim = workers.shift();
      victim.removeAllListeners('exit');
      victim.kill('SIGKILL');
      const wasActive = await activeIn(workers[0]);
      workers.push(await peer());
      await delay(STUCK_MS);
      const isActive = new Set((await activeIn(workers[0])).map(nameOf));
      return wasActive
        .filter((job) => isActive.has(nameOf(job)))
        .map((job) => ({ email: job.email, version: Number(job.last_name.slice(1)) }));
    },
    async settled() {
      for (let last = -1; last !== arrived.length;) {
        last = arrived.length;
        await delay(3_000);
        if ((await activeIn(workers[0])).length > 0) last = -1;
      }
    },
    async end() {
      for (const worker of workers) {
        worker.removeAllListeners('exit');
        const ended = new Promise((resolve) => worker.once('exit', resolve));
        worker.send({ end: true });
        await ended;
      }
    },
  };
}

function nameOf({ email, last_name: version }) {
  return `${email} ${version}`;
}

async function peer() {
  const script = path.join(import.meta.dirname, 'home-made-peer.mjs');
  const own = [WORKSPACE.siteId, WORKSPACE.trackApiKey];
  const child = fork(script, ['redis', redis.url, String(AT_ONCE), front.url, ...own]);
  child.once('exit', (code) => {
    throw new Error(`The peer ended with ${code}.`);
  });
  await told(child);
  return child;
}

function told(child) {
  return new Promise((resolve) => child.once('message', resolve));
}

function report(ours, theirs) {
  const line = (name, { waits, inversions, stale, repeated }) => [
    name,
    String(waits.length),
    figure(median(waits)),
    figure(Math.max(...waits)),
    String(inversions),
    String(stale),
    String(repeated),
  ];
  print([
    [
      `${PEOPLE} people, ${VERSIONS} changes each, ${KILLS} kills`,
      'in hand',
      'p50 s',
      'longest s',
      'older after newer',
      'left stale',
      'repeated',
    ],
    line('product', ours),
    ...(theirs === undefined ? [] : [line('BullMQ on Redis, a job for each change', theirs)]),
  ]);
  console.log(`Load ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after.\n`);
  for (const { waits } of [ours, ...(theirs === undefined ? [] : [theirs])])
    if (waits.length === 0) throw new Error('Nothing was in the hands of those who were killed.');
  const longest = Math.max(...ours.waits);
  goal({
    id: 'R2',
    what: 'work of a killed process at the vendor, longest',
    ours: `${figure(longest)} s`,
    ...(theirs === undefined
      ? {}
      : {
          beside: `BullMQ on Redis: ${figure(Math.max(...theirs.waits))} s`,
          ratio: longest / Math.max(...theirs.waits),
        }),
    aim: '≤ 10 s, ≤ 0.1',
    met: longest <= 10 && (theirs === undefined || longest / Math.max(...theirs.waits) <= 0.1),
  });
  goal({
    id: 'R1',
    what: 'an older change after a newer one, or left stale',
    ours: String(ours.inversions + ours.stale),
    ...(theirs === undefined ? {} : { beside: `BullMQ on Redis: ${theirs.inversions + theirs.stale}` }),
    aim: '0',
    met: ours.inversions + ours.stale === 0,
  });
  printGoals();
}
