// Messages to one webhook endpoint: signed, recorded and settled, beside a bare loop of undici with as many requests at once.
import { fork } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { Pool } from 'undici';

import { applicants, openPool } from './bare-tables.mjs';
import { median, print, seconds } from './figures.mjs';
import { startProduct } from './product.mjs';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } },
});
const MESSAGES = Number(values.messages);
const ROUNDS = Number(values.rounds);
/** What one process of the product has under way to one endpoint. */
const CONCURRENCY = 16;
const BATCH = 1_000;
const BODY = JSON.stringify({
  type: 'commission_earned',
  timestamp: '2026-11-29T12:00:00.000Z',
  data: {
    order_id: 'A-1042',
    amount: 1250,
    currency: 'EUR',
    affiliate: { id: '0199a9c1-7b1e-7d32-9a55-0a8f5c1d2e3f', email: 'bench1@example.com' },
  },
});

const receiver = fork(path.join(import.meta.dirname, 'receiver.mjs'));
const { port } = await told(receiver);
const host = `127.0.0.1:${port}`;
const product = await startProduct({ WEBHOOK_ALLOWED_HOSTS: host });
const { api } = product;
const pool = openPool(product);
try {
  const campaign = await api('POST', '/campaigns', { name: 'Bench' });
  const [person] = await applicants(pool, campaign.id, 1);
  const endpoint = await api('POST', '/webhook-endpoints', { url: `http://${host}/` });
  const bare = [];
  const ours = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const bareRate = MESSAGES / (await seconds(bareLoop));
    const ourRate = await tell(endpoint.id, person, round);
    // The first round is for warming up.
    if (round > 0) bare.push(bareRate);
    if (round > 0) ours.push(ourRate);
  }
  const ceiling = median(bare);
  print([
    [`messages to one endpoint, ${CONCURRENCY} at once`, 'messages/s', 'ratio to bare loop'],
    ['bare undici loop', ceiling, 1],
    ['product, every one signed, recorded and settled', median(ours), median(ours) / ceiling],
  ]);
  const { conservation } = await api('GET', `/webhook-endpoints/${endpoint.id}/totals`);
  print([
    ['conservation', 'expected', 'found'],
    ['created', MESSAGES * (ROUNDS + 1), conservation.created],
    ['settled', MESSAGES * (ROUNDS + 1), conservation.settled],
  ]);
} finally {
  await pool.end();
  await product.stop();
  receiver.kill();
}

/** Recorded while the endpoint rests; from the first message that arrives until the last one is settled. */
async function tell(endpoint, person, round) {
  await pool.query(`UPDATE webhook_endpoint SET rests_until = now() + interval '1 hour'`);
  for (let start = 0; start < MESSAGES; start += BATCH) {
    const events = Array.from({ length: Math.min(BATCH, MESSAGES - start) }, (_, index) => ({
      affiliateId: person,
      externalId: `${round}-${start + index}`,
      name: 'commission_earned',
      data: { order_id: 'A-1042', amount: 1250, currency: 'EUR' },
    }));
    await api('POST', '/events/bulk', { events });
  }
  receiver.send({ reset: true });
  await told(receiver);
  await pool.query('UPDATE webhook_endpoint SET rests_until = NULL');
  for (;;) {
    const { conservation } = await api('GET', `/webhook-endpoints/${endpoint}/totals`);
    if (conservation.open === 0) break;
    await delay(20);
  }
  const ended = performance.timeOrigin + performance.now();
  const { count, firstAt } = await (await fetch(`http://${host}/`)).json();
  if (count !== MESSAGES) throw new Error(`${count} of ${MESSAGES} messages arrived.`);
  return MESSAGES / ((ended - firstAt) / 1_000);
}

async function bareLoop() {
  const client = new Pool(`http://${host}`, { connections: CONCURRENCY });
  let next = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next++ < MESSAGES) {
        const { body } = await client.request({
          path: '/',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: BODY,
        });
        await body.text();
      }
    }),
  );
  await client.close();
}

function told(child) {
  return new Promise((resolve) => child.once('message', resolve));
}
