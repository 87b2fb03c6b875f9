// Events in: batches of 1,000 and singly, each stored and written for one connection, beside a bare INSERT of the events
// alone.
import { parseArgs } from 'node:util';

import { applicants, createBareTables, openPool, pausedConnections } from './bare-tables.mjs';
import { print, residentMegabytes, seconds } from './figures.mjs';
import { startProduct } from './product.mjs';

const { values } = parseArgs({
  options: { batches: { type: 'string', default: '50' }, single: { type: 'string', default: '2000' } },
});
const BATCHES = Number(values.batches);
const SINGLE = Number(values.single);
const BATCH = 1_000;
const PEOPLE = 1_000;
const CONCURRENCY = 8;

const INSERT = `
  INSERT INTO bare_event (id, organization_id, affiliate_id, external_id, name, occurred_at, data)
  SELECT new_id(), $1, x.affiliate_id, x.external_id, 'commission_earned', now(), $4::jsonb
    FROM unnest($2::uuid[], $3::text[]) AS x(affiliate_id, external_id)`;
const DATA = { order_id: 'A-1042', amount: 1250, currency: 'EUR' };

const product = await startProduct();
const { api } = product;
const pool = openPool(product);
try {
  await createBareTables(pool, 'event');
  const campaign = await api('POST', '/campaigns', { name: 'Bench' });
  const [connection] = await pausedConnections(pool, 1);
  await api('PUT', `/campaigns/${campaign.id}/destinations/${connection}`, {});
  const people = await applicants(pool, campaign.id, PEOPLE);
  await api('POST', '/affiliates/approve', { campaign: campaign.id, affiliateIds: people });
  const organization = await pool.query('SELECT id FROM organization');
  const organizationId = organization.rows[0].id;
  const person = (index) => people[index % PEOPLE];

  const bare = async (prefix, size) => {
    const indexes = Array.from({ length: size }, (_, index) => index);
    await pool.query(INSERT, [
      organizationId,
      indexes.map(person),
      indexes.map((index) => `${prefix}-${index}`),
      JSON.stringify(DATA),
    ]);
  };
  const event = (prefix, index) => ({
    affiliateId: person(index),
    externalId: `${prefix}-${index}`,
    name: 'commission_earned',
    data: DATA,
  });
  const batch = (prefix) => ({
    events: Array.from({ length: BATCH }, (_, index) => event(prefix, index)),
  });

  await bare('warm', BATCH);
  await api('POST', '/events/bulk', batch('warm'));
  const before = residentMegabytes(product.serverPid);
  const bareBulk = await seconds(() => inTurn(BATCHES, (n) => bare(`b${n}`, BATCH)));
  const ourBulk = await seconds(() =>
    inTurn(BATCHES, async (n) => {
      const answer = await api('POST', '/events/bulk', batch(`b${n}`));
      if (answer.accepted !== BATCH) throw new Error(`${answer.accepted} of ${BATCH} were accepted.`);
    }),
  );
  const after = residentMegabytes(product.serverPid);
  const bareSingle = await seconds(() => atOnce(SINGLE, (n) => bare(`s${n}`, 1)));
  const ourSingle = await seconds(() => atOnce(SINGLE, (n) => api('POST', '/events', event('s', n))));
  const again = await seconds(() => inTurn(BATCHES, (n) => api('POST', '/events/bulk', batch(`b${n}`))));

  const total = BATCHES * BATCH;
  const { rows } =
    await pool.query(`SELECT (SELECT count(*) FROM event WHERE name = 'commission_earned')::integer AS events,
                                            (SELECT count(*) FROM delivery WHERE cause = 'commission_earned')::integer AS deliveries`);
  print([
    ['events in', 'events/s', 'ratio to bare'],
    ['bare INSERT, 1,000 a statement', total / bareBulk, 1],
    ['product, batches of 1,000', total / ourBulk, bareBulk / ourBulk],
    ['product, the same batches again', total / again, bareBulk / again],
    [`bare INSERT one by one, ${CONCURRENCY} at once`, SINGLE / bareSingle, 1],
    [`product one by one, ${CONCURRENCY} at once`, SINGLE / ourSingle, bareSingle / ourSingle],
  ]);
  print([
    ['memory of the server', 'MB'],
    [`growth over ${total} events in batches`, after - before],
  ]);
  print([
    ['conservation', 'expected', 'found'],
    ['events', total + BATCH + SINGLE, rows[0].events],
    ['deliveries', total + BATCH + SINGLE, rows[0].deliveries],
  ]);
} finally {
  await pool.end();
  await product.stop();
}

async function inTurn(times, work) {
  for (let n = 0; n < times; n += 1) await work(n);
}

async function atOnce(times, work) {
  let next = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next < times) await work(next++);
    }),
  );
}
