// Measures the product beside a bare loop, in one run. Prints figures, asserts no time.
//
//   npm run bench -- sync --contacts 5000 --rounds 3
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { bareAxiosLoop } from './bare-loop.mjs';
import { median, print, quantile, residentMegabytes } from './figures.mjs';
import { startProduct } from './product.mjs';

const { values } = parseArgs({
  options: { contacts: { type: 'string', default: '3000' }, rounds: { type: 'string', default: '3' } },
});
const CONTACTS = Number(values.contacts);
const ROUNDS = Number(values.rounds);
const MEMORY_CONTACTS = 20_000;
/** What the engine has in hand when it sends one by one. */
const CONCURRENCY = 64;
const FAST = { requestsPerSecond: 100_000, createdAt: 'always' };
const US = { siteId: 'sandbox-site-us', trackApiKey: 'sandbox-track-us' };

const product = await startProduct();
const { api } = product;
try {
  const single = await destination('One by one', US, false);
  const bare = [];
  const oneByOne = [];
  const batched = [];
  // The rate of a vendor account is shared by its connections, so the two ways of sending take turns on one.
  for (let round = 1; round <= ROUNDS; round += 1) {
    bare.push(await bareAxiosLoop(product.sandboxUrl, US, CONTACTS, CONCURRENCY, `bare${round}x`));
    await api('PATCH', `/connections/${single.connection}`, { settings: { ...FAST, batches: false } });
    oneByOne.push(await approveAll(single, `single${round}x`, CONTACTS));
    await api('PATCH', `/connections/${single.connection}`, { settings: { ...FAST, batches: true } });
    batched.push(await approveAll(single, `batch${round}x`, CONTACTS));
  }
  const quiet = await quietLatencies(single, 100);
  await approveAll(single, 'memory', MEMORY_CONTACTS);
  const memory = residentMegabytes(product.serverPid);

  const ceiling = median(bare);
  print([
    ['what (contact + event each)', 'contacts/s', 'ratio to bare loop'],
    ['bare axios keep-alive loop', ceiling, 1],
    ['product, one request each', median(oneByOne), median(oneByOne) / ceiling],
    ['product, in batches', median(batched), median(batched) / ceiling],
  ]);
  print([
    ['quiet moment, one approval', 'p50 ms', 'p99 ms'],
    ['request sent → landed at the vendor', quantile(quiet, 0.5), quantile(quiet, 0.99)],
  ]);
  print([
    ['memory of the server', 'MB resident', ''],
    [`after ${MEMORY_CONTACTS} more contacts`, memory, ''],
  ]);
} finally {
  await product.stop();
}

async function destination(name, credentials, batches) {
  const connection = await api('POST', '/connections', {
    provider: 'customer-io',
    environment: 'sandbox',
    credentials,
    settings: { ...FAST, batches },
  });
  const campaign = await api('POST', '/campaigns', { name });
  await api('PUT', `/campaigns/${campaign.id}/destinations/${connection.id}`, {});
  return { connection: connection.id, campaign: campaign.id };
}

/** Creates applicants first, then approves them all and waits for the last one: contacts per second. */
async function approveAll({ connection, campaign }, prefix, contacts) {
  const ids = [];
  for (let start = 0; start < contacts; start += 1_000) {
    const affiliates = Array.from({ length: Math.min(1_000, contacts - start) }, (_, index) => ({
      email: `${prefix}${start + index}@example.com`,
      name: `Ada Number${start + index}`,
    }));
    const answer = await api('POST', '/affiliates/bulk', { campaign, affiliates });
    ids.push(...answer.results.map((row) => row.affiliateId));
  }
  const started = performance.now();
  for (let start = 0; start < ids.length; start += 1_000) {
    await api('POST', '/affiliates/approve', { campaign, affiliateIds: ids.slice(start, start + 1_000) });
  }
  for (;;) {
    const totals = await api('GET', `/connections/${connection}/totals`);
    if (totals.conservation.open === 0) break;
    await delay(20);
  }
  return contacts / ((performance.now() - started) / 1_000);
}

/** One approval at a time on an idle product, from sending the request until the profile stands at the vendor. */
async function quietLatencies({ campaign }, times) {
  const latencies = [];
  for (let index = 0; index < times; index += 1) {
    const email = `quiet${index}@example.com`;
    const affiliate = await api('POST', '/affiliates', { email, name: 'Quiet One', campaign });
    const started = performance.now();
    await api('POST', `/affiliates/${affiliate.id}/approve`, { campaign });
    while (
      (await product.sandbox(`people?workspace=Acme&email=${encodeURIComponent(email)}`)).people.length === 0
    ) {
      await delay(1);
    }
    latencies.push(performance.now() - started);
    await delay(20);
  }
  return latencies;
}
