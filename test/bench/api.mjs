// Requests to the API by wrk: a route that does nothing beside one of bare Fastify, and people that are created and people
// that are changed, with row policies on, beside the same body read by bare Fastify.
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { median, print } from './figures.mjs';
import { figure, goal, printGoals } from './goals.mjs';
import { startProduct } from './product.mjs';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '5' } },
});
const ROUNDS = Number(values.rounds);
const CONNECTIONS = 50;
const PEOPLE = 2_000;

const folder = mkdtempSync(path.join(tmpdir(), 'rekomi-wrk-'));
const bare = fork(path.join(import.meta.dirname, 'bare-fastify.mjs'));
const { port } = await new Promise((resolve) => bare.once('message', resolve));
const product = await startProduct();
try {
  const ours = product.url.replace('/v1', '');
  const theirs = `http://127.0.0.1:${port}`;
  for (let start = 0; start < PEOPLE; start += 1_000)
    await product.api('POST', '/affiliates/bulk', { affiliates: people(start) });
  const rounds = { noOp: [], bareNoOp: [], create: [], bareCreate: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const taken = {
      bareNoOp: await wrk(`${theirs}/livez`),
      noOp: await wrk(`${ours}/livez`),
      bareCreate: await wrk(`${theirs}/v1/affiliates`, script(round)),
      create: await wrk(`${ours}/v1/affiliates`, script(round)),
    };
    // The first round is for warming up.
    if (round > 0) for (const [what, result] of Object.entries(taken)) rounds[what].push(result);
  }
  report(rounds);
} finally {
  bare.disconnect();
  await product.stop();
  rmSync(folder, { recursive: true, force: true });
}

function people(start) {
  return Array.from({ length: 1_000 }, (_, index) => ({
    email: `known${start + index}@example.com`,
    name: 'Ada',
  }));
}

/** Somebody new with every request. */
function script(round) {
  const file = path.join(folder, 'post.lua');
  writeFileSync(
    file,
    `local n = 0
     local who = tostring(math.random()):sub(3)
     wrk.method = 'POST'
     wrk.headers['content-type'] = 'application/json'
     wrk.headers['authorization'] = 'Bearer ${product.key}'
     function request()
       n = n + 1
       local body = '{"email":"r${round}-' .. who .. '-' .. n .. '@example.com","name":"Ada Lovelace","externalId":"r${round}-' .. who .. '-' .. n .. '"}'
       return wrk.format(nil, nil, nil, body)
     end`,
  );
  return file;
}

function wrk(url, lua) {
  const options = [
    '-t1',
    `-c${CONNECTIONS}`,
    `-d${values.seconds}s`,
    '--latency',
    ...(lua === undefined ? [] : ['-s', lua]),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('wrk', [...options, url]);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.once('error', () => reject(new Error('wrk is not installed.')));
    child.once('close', () => {
      const rate = /Requests\/sec:\s+([\d.]+)/.exec(output)?.[1];
      if (rate === undefined || output.includes('Non-2xx')) reject(new Error(output));
      else resolve({ rate: Number(rate), p99: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(output)) });
    });
  });
}

function milliseconds([, number, unit]) {
  return Number(number) * { us: 0.001, ms: 1, s: 1_000 }[unit];
}

function report(rounds) {
  const of = (way, what) => median(rounds[way].map((round) => round[what]));
  const ratio = (way, to) => median(rounds[way].map(({ rate }, round) => rate / rounds[to][round].rate));
  print([
    [`${CONNECTIONS} connections`, 'requests/s', 'p99 ms'],
    ...[
      ['bare Fastify, nothing', 'bareNoOp'],
      ['API, nothing (GET /livez)', 'noOp'],
      ['bare Fastify, reads the body', 'bareCreate'],
      ['API, a person (POST /v1/affiliates)', 'create'],
    ].map(([name, way]) => [name, figure(of(way, 'rate')), figure(of(way, 'p99'))]),
  ]);
  console.log(`Load ${loadavg()[0].toFixed(1)}.\n`);
  goal({
    id: 'P11',
    what: 'API, a route that does nothing',
    ours: `${figure(of('noOp', 'rate'))}/s`,
    beside: `bare Fastify: ${figure(of('bareNoOp', 'rate'))}/s`,
    ratio: ratio('noOp', 'bareNoOp'),
    aim: '≥ 0.6',
    met: ratio('noOp', 'bareNoOp') >= 0.6,
  });
  goal({
    id: 'P11',
    what: 'API, a person is created',
    ours: `${figure(of('create', 'rate'))}/s, p99 ${figure(of('create', 'p99'))} ms`,
    beside: `bare Fastify reads the body: ${figure(of('bareCreate', 'rate'))}/s`,
    ratio: ratio('create', 'bareCreate'),
    aim: '≥ 2,000/s',
    met: of('create', 'rate') >= 2_000,
  });
  printGoals();
}
