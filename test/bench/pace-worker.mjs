// One process that asks a vendor as fast as its pace allows: the product's pacer on the shared database, or a token bucket
// of its own with its part of the allowance.
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { Notifications, Tenancy, createDataSource } from '@rekomi/database';
import { roomAgainAt } from '@rekomi/provider-contract';
import { PACE_CHANNEL, Pacer } from '@rekomi/sync';
import { Pool } from 'undici';

const { url, port, limit, processes, naive, loops } = JSON.parse(process.argv[2]);
const never = new AbortController().signal;
setMaxListeners(0, never);
const vendor = new Pool(`http://127.0.0.1:${port}`, { connections: loops });
let stopped = false;

const gate = naive ? bucket() : await ours();
process.send({ ready: true });
await new Promise((resolve) => process.once('message', resolve));
process.once('message', () => (stopped = true));
process.on('disconnect', () => process.exit());
await Promise.all(Array.from({ length: loops }, work));
await gate.close();
await vendor.close();
process.exit();

async function work() {
  while (!stopped) {
    const go = await gate.acquire('people', never);
    if (go.kind === 'wait') {
      await delay(Math.max(1, go.until.getTime() - Date.now() - 1_250));
      continue;
    }
    const sent = { 'x-sent': String(performance.timeOrigin + performance.now()) };
    const { statusCode, headers, body } = await vendor.request({ path: '/', method: 'POST', headers: sent });
    await body.dump();
    const notBefore = statusCode === 429 ? roomAgainAt(headers, Date.now()) : undefined;
    gate.release('people', { status: statusCode, failed: false, ...(notBefore && { notBefore }) }, go);
  }
}

async function ours() {
  const source = await createDataSource({ url, poolSize: 3, applicationName: 'pace' }).initialize();
  const news = new Notifications({ url, applicationName: 'pace-news' }, PACE_CHANNEL);
  await news.start();
  const pacer = new Pacer(new Tenancy(source), news);
  const gate = pacer.gate(Buffer.from('account'), { slug: 'bench', limits: { people: limit } }, {});
  return {
    ...gate,
    async close() {
      await pacer.close();
      await news.close();
      await source.destroy();
    },
  };
}

/** As many libraries do it: full at first, filled evenly, a window's worth at the most; a 429 is waited out. */
function bucket() {
  const { requests, perMs } = limit.usual;
  const most = Math.max(1, requests / processes);
  let tokens = most;
  let filledAt = performance.now();
  let notBefore = 0;
  return {
    async acquire() {
      for (;;) {
        const now = performance.now();
        tokens = Math.min(most, tokens + ((now - filledAt) * requests) / processes / perMs);
        filledAt = now;
        if (Date.now() < notBefore) await delay(notBefore - Date.now());
        else if (tokens >= 1) {
          tokens -= 1;
          return { kind: 'go' };
        } else await delay(Math.ceil(((1 - tokens) * perMs * processes) / requests));
      }
    },
    release(_family, result) {
      if (result.status === 429) notBefore = result.notBefore?.getTime() ?? Date.now() + 1_000;
    },
    close: () => Promise.resolve(),
  };
}
