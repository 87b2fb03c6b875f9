// What the outbox adds to a change of a person: the product's own statement in the product's own transaction, by pgbench,
// beside the same transaction without it, beside a bare UPDATE, and with a NOTIFY in every transaction on top. Then what
// row policies add to reading one person.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { enqueue } from '../../libs/sync/dist/sql/enqueue.js';
import { openBenchDatabase } from './bench-database.mjs';
import { median, print } from './figures.mjs';
import { figure, goal, printGoals } from './goals.mjs';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '200000' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
  },
});
const PEOPLE = Number(values.people);
const ROUNDS = Number(values.rounds);
/** The id of person :n, which needs no look-up. */
const PERSON = `('00000000-0000-4000-8000-' || lpad((:n)::text, 12, '0'))::uuid`;

const folder = mkdtempSync(path.join(tmpdir(), 'rekomi-pgbench-'));
const database = await openBenchDatabase(1);
const { superuser, target } = database;
try {
  await superuser.query(
    `INSERT INTO affiliate (id, organization_id, email, first_name, joined_at)
     SELECT ${PERSON.replaceAll(':n', 'n')}, $1, 'person' || n || '@example.com', 'Ada', now()
       FROM generate_series(1, $2::integer) n`,
    [target.organizationId, PEOPLE],
  );
  await superuser.query(`CREATE TABLE bare_affiliate (LIKE affiliate INCLUDING ALL)`);
  const columns = await storedColumns();
  await superuser.query(`INSERT INTO bare_affiliate (${columns}) SELECT ${columns} FROM affiliate`);
  await superuser.query(`GRANT SELECT, UPDATE ON bare_affiliate TO PUBLIC`);
  await superuser.query('VACUUM ANALYZE affiliate, bare_affiliate');

  const tenant = `SELECT set_config('app.organization_id', '${target.organizationId}', true);`;
  const update = `UPDATE affiliate SET full_name = 'Ada ' || :n, updated_at = now() WHERE organization_id = '${target.organizationId}' AND id = ${PERSON};`;
  const outbox = await enqueueStatement();
  const writes = {
    'update in its transaction': ['BEGIN;', tenant, update, 'COMMIT;'],
    'the same with the outbox': ['BEGIN;', tenant, update, outbox, 'COMMIT;'],
    'the same with a NOTIFY': ['BEGIN;', tenant, update, outbox, `SELECT pg_notify('bench', '');`, 'COMMIT;'],
    'one bare UPDATE': [update.replace('affiliate', 'bare_affiliate')],
  };
  const found = {};
  for (const clients of [1, 32]) found[clients] = await takeTurns(writes, clients);
  report(found);

  const read = `SELECT id, email, full_name FROM affiliate WHERE organization_id = '${target.organizationId}' AND id = ${PERSON};`;
  const bareRead = read.replace('FROM affiliate', 'FROM bare_affiliate');
  const reads = await takeTurns(
    {
      'read under row policies': ['BEGIN;', tenant, read, 'COMMIT;'],
      'the same without policies': ['BEGIN;', tenant, bareRead, 'COMMIT;'],
      'one bare SELECT': [bareRead],
    },
    8,
  );
  reportReads(reads);
  printGoals();
} finally {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
}

async function storedColumns() {
  const { rows } = await superuser.query(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS names FROM pg_attribute
      WHERE attrelid = 'affiliate'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
  );
  return rows[0].names;
}

/** The statement of the product as text: its parameters written out, the person left to pgbench. */
async function enqueueStatement() {
  let statement;
  const tx = {
    query(sql, parameters) {
      statement = { sql, parameters };
      return Promise.resolve([]);
    },
  };
  const contact = { kind: 'contact', connectionId: target.connectionId, contactId: 'person', cause: 'bench' };
  await enqueue(tx, target.organizationId, [contact]);
  const literal = (value) => {
    if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(', ')}]`;
    if (value === null) return 'NULL';
    return value === 'person' ? PERSON : `'${value}'`;
  };
  const text = statement.sql.replaceAll(/\$(\d+)/g, (_, place) => literal(statement.parameters[place - 1]));
  return `${text.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ').trim()};`;
}

/** Transactions a second of every shape, round by round. */
async function takeTurns(shapes, clients) {
  const rounds = Object.fromEntries(Object.keys(shapes).map((shape) => [shape, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [shape, lines] of Object.entries(shapes)) {
      const tps = await pgbench(lines, clients);
      // The first round is for warming up.
      if (round > 0) rounds[shape].push(tps);
    }
    await superuser.query('TRUNCATE lane, delivery');
  }
  return rounds;
}

function pgbench(lines, clients) {
  const file = path.join(folder, 'script.sql');
  writeFileSync(file, [`\\set n random(1, ${PEOPLE})`, ...lines, ''].join('\n'));
  // As the product's driver speaks once it is warm: statements that come often are prepared.
  const options = [
    '-n',
    '-M',
    'prepared',
    '-c',
    clients,
    '-j',
    '1',
    '-T',
    values.seconds,
    '-f',
    file,
    database.appUrl,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('pgbench', options.map(String));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.once('error', () => reject(new Error('pgbench is not installed.')));
    child.once('close', () => {
      const tps = /tps = ([\d.]+)/.exec(output)?.[1];
      if (tps === undefined || /ERROR|aborted/.test(output)) reject(new Error(output));
      else resolve(Number(tps));
    });
  });
}

function ratioOf(rounds, one, other) {
  return median(rounds[one].map((tps, round) => tps / rounds[other][round]));
}

function report(found) {
  const [plain, outbox, notify, bare] = Object.keys(found[1]);
  print([
    ['a change of one person, transactions/s', '1 client', '32 clients'],
    ...[bare, plain, outbox, notify].map((shape) => [
      shape,
      ...[1, 32].map((clients) => figure(median(found[clients][shape]))),
    ]),
  ]);
  console.log(`Load ${loadavg()[0].toFixed(1)}.\n`);
  for (const [clients, least] of [
    [32, 0.85],
    [1, 0.9],
  ])
    for (const beside of [plain, bare]) {
      const ratio = ratioOf(found[clients], outbox, beside);
      goal({
        id: 'P5',
        what: `change with the outbox, ${clients === 1 ? '1 client' : `${clients} clients`}`,
        ours: `${figure(median(found[clients][outbox]))}/s`,
        beside: `${beside}: ${figure(median(found[clients][beside]))}/s`,
        ratio,
        aim: `≥ ${least}`,
        met: ratio >= least,
      });
    }
}

function reportReads(rounds) {
  const [ours, without, bare] = Object.keys(rounds);
  print([
    ['reading one person, 8 clients', 'transactions/s'],
    ...Object.keys(rounds).map((shape) => [shape, figure(median(rounds[shape]))]),
  ]);
  for (const beside of [without, bare]) {
    const ratio = ratioOf(rounds, ours, beside);
    goal({
      id: 'P12',
      what: ours,
      ours: `${figure(median(rounds[ours]))}/s`,
      beside: `${beside}: ${figure(median(rounds[beside]))}/s`,
      ratio,
      aim: '≥ 0.8',
      met: ratio >= 0.8,
    });
  }
}
