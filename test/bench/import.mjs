// A CSV file with approved people, imported for one connection, beside bare COPY of the same people into a table.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { from as copyFrom } from 'pg-copy-streams';

import { createBareTables, openPool, pausedConnections } from './bare-tables.mjs';
import { print, residentMegabytes, seconds } from './figures.mjs';
import { startProduct } from './product.mjs';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
const ROWS = Number(values.rows);
const PIECE = 1_000;

const product = await startProduct();
const { api } = product;
const pool = openPool(product);
try {
  await createBareTables(pool, 'affiliate');
  const campaign = await api('POST', '/campaigns', { name: 'Bench' });
  const [connection] = await pausedConnections(pool, 1);
  await api('PUT', `/campaigns/${campaign.id}/destinations/${connection}`, {});
  const organization = await pool.query('SELECT id FROM organization');

  const bare = await seconds(() => copy(organization.rows[0].id));
  const uploaded = await upload();
  await api('PUT', `/imports/${uploaded.id}/mapping`, {
    campaign: campaign.id,
    status: 'approved',
    consent: { basis: 'application' },
  });
  const before = residentMegabytes(product.serverPid);
  let most = before;
  let ended;
  const ours = await seconds(async () => {
    await api('POST', `/imports/${uploaded.id}/start`);
    do {
      await delay(100);
      most = Math.max(most, residentMegabytes(product.serverPid));
      ended = await api('GET', `/imports/${uploaded.id}`);
    } while (!['finished', 'cancelled', 'failed'].includes(ended.state));
  });
  if (ended.state !== 'finished')
    throw new Error(`The import ended as ${JSON.stringify(ended, undefined, 2)}.`);
  const { rows } = await pool.query(`SELECT (SELECT count(*) FROM affiliate)::integer AS people,
                                            (SELECT count(*) FROM delivery)::integer AS deliveries`);
  print([
    [`${ROWS} rows`, 'seconds', 'rows/s', 'ratio to bare'],
    ['bare COPY of the people', bare, ROWS / bare, 1],
    ['import with contact, event and outbox', ours, ROWS / ours, bare / ours],
  ]);
  print([
    ['memory of the server', 'MB'],
    ['most it had, above what it had before', most - before],
  ]);
  print([
    ['conservation', 'expected', 'found'],
    ['people', ROWS, rows[0].people],
    ['deliveries', ROWS * 2, rows[0].deliveries],
  ]);
} finally {
  await pool.end();
  await product.stop();
}

/** Pieces of the file, so that it is never in memory as a whole here either. */
function* pieces(header, line) {
  yield header;
  for (let start = 0; start < ROWS; start += PIECE) {
    let text = '';
    for (let row = start; row < Math.min(ROWS, start + PIECE); row += 1) text += line(row);
    yield text;
  }
}

async function copy(organizationId) {
  const client = await pool.connect();
  try {
    const into = client.query(
      copyFrom('COPY bare_affiliate (id, organization_id, email, full_name, joined_at) FROM STDIN'),
    );
    const line = (row) =>
      `${randomUUID()}\t${organizationId}\tperson${row}@example.com\tAda Number${row}\t2024-01-31\n`;
    await pipeline(pieces('', line), into);
  } finally {
    client.release();
  }
}

async function upload() {
  const file = pieces(
    'Email,Name,Joined\n',
    (row) => `person${row}@example.com,Ada Number${row},2024-01-31\n`,
  );
  const answer = await fetch(`${product.url}/imports?fileName=bench.csv`, {
    method: 'POST',
    duplex: 'half',
    headers: { authorization: `Bearer ${product.key}`, 'content-type': 'text/csv' },
    body: Readable.toWeb(Readable.from(bytesOf(file))),
  });
  if (!answer.ok) throw new Error(`Uploading: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

function* bytesOf(texts) {
  for (const text of texts) yield Buffer.from(text);
}
