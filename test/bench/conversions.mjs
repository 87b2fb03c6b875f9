// Signed conversions in: signature, commission, two events and their deliveries for two connections, one conversion a
// request as shops send them, beside bare INSERT of the conversion alone and of all the same rows.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';

import { signMessage } from '@rekomi/webhooks';

import { applicants, createBareTables, openPool, pausedConnections } from './bare-tables.mjs';
import { print, quantile, seconds } from './figures.mjs';
import { startProduct } from './product.mjs';

const { values } = parseArgs({ options: { conversions: { type: 'string', default: '3000' } } });
const CONVERSIONS = Number(values.conversions);
const PEOPLE = 1_000;
const CONNECTIONS = 2;
const CONCURRENCY = 8;
/** Of one affiliate they are booked one after the other, so fewer are enough. */
const OF_ONE = Math.max(1, Math.floor(CONVERSIONS / 4));

const BARE_CONVERSION = `
  INSERT INTO bare_conversion (id, organization_id, campaign_id, affiliate_id, order_id, kind, customer_id, currency, revenue,
                               commission, reason, lines, plan, occurred_at)
  VALUES (new_id(), $1, $2, $3, $4, 'sale', $5, 'USD', 9900, 1782, '18 % of 99.00 USD = 17.82 USD', $6, $7, now())`;
const BARE_EVENTS = `
  WITH happened AS (
    INSERT INTO bare_event (id, organization_id, affiliate_id, campaign_id, name, occurred_at, data)
    SELECT new_id(), $1, $3, $2, n.name, now(), $4::jsonb FROM unnest(ARRAY['conversion_recorded', 'commission_earned']) AS n(name)
    RETURNING id, name)
  INSERT INTO bare_delivery (lane_id, lane_seq, id, organization_id, connection_id, contact_id, kind, cause, event_id,
                             event_name, dedupe_id, occurred_at, payload)
  SELECT l.id, $5::integer + row_number() OVER (PARTITION BY l.id ORDER BY h.name), new_id(), $1, l.connection_id, $3, 'event',
         h.name, h.id, h.name, '01JDB3W0F4Q8M6V7B5N2K9T1XR', now(), $4::jsonb
    FROM happened h CROSS JOIN bare_lane l WHERE l.contact_id = $3`;
const BARE_LANES = `
  INSERT INTO bare_lane (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending)
  SELECT e.organization_id, d.connection_id, e.affiliate_id, now(), 0, false
    FROM enrolment e JOIN campaign_destination d ON d.campaign_id = e.campaign_id WHERE e.campaign_id = $1`;

const product = await startProduct();
const { api } = product;
const pool = openPool(product);
try {
  await createBareTables(pool, 'conversion', 'event', 'lane', 'delivery');
  const campaign = await api('POST', '/campaigns', { name: 'Bench' });
  for (const connection of await pausedConnections(pool, CONNECTIONS))
    await api('PUT', `/campaigns/${campaign.id}/destinations/${connection}`, {});
  const people = await applicants(pool, campaign.id, PEOPLE);
  await api('POST', '/affiliates/approve', { campaign: campaign.id, affiliateIds: people });
  const { id: planId } = await api('POST', '/commission-plans', {
    name: 'Bench',
    currency: 'USD',
    components: [{ amount: 1500, on: 'first_of_affiliate' }, { percent: 18 }],
  });
  await api('PUT', `/campaigns/${campaign.id}/commission-plan`, { commissionPlanId: planId });
  const source = await api('POST', '/inbound-sources', { kind: 'conversions', name: 'Shop' });
  await pool.query(BARE_LANES, [campaign.id]);
  const organizationId = (await pool.query('SELECT id FROM organization')).rows[0].id;
  const person = (index) => people[index % PEOPLE];

  const lines = JSON.stringify([
    { component: { kind: 'percentage', rate: 180000, on: 'every' }, amount: 1782 },
  ]);
  const plan = JSON.stringify({ name: 'Bench', terms: { currency: 'USD' } });
  const data = JSON.stringify({ order_id: 'A-1042', amount: 1782, currency: 'USD' });
  const conversionRow = (on, prefix, index) =>
    on.query(BARE_CONVERSION, [
      ...[organizationId, campaign.id, person(index), `${prefix}-${index}`, `c-${index}`, lines, plan],
    ]);
  const bareOne = (prefix) => (index) => conversionRow(pool, prefix, index);
  const bareAll = (prefix) => async (index) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await conversionRow(client, prefix, index);
      await client.query(BARE_EVENTS, [organizationId, campaign.id, person(index), data, index * 2]);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  };

  const took = [];
  const send = (prefix, affiliateOf) => async (index) => {
    const body = JSON.stringify({
      orderId: `${prefix}-${index}`,
      affiliateId: affiliateOf(index),
      customerId: `c-${index}`,
      revenue: 9900,
      currency: 'USD',
    });
    took.push(
      await seconds(async () => {
        const answer = await fetch(`${product.url}/inbound/${source.id}/conversions`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...signMessage([source.secret], `msg_${randomUUID()}`, Date.now(), body),
          },
          body,
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${answer.status} ${text}`);
      }),
    );
  };

  await atOnce(200, send('warm', person));
  await atOnce(200, bareOne('warm'));
  took.length = 0;
  const one = await seconds(() => atOnce(CONVERSIONS, bareOne('one')));
  const all = await seconds(() => atOnce(CONVERSIONS, bareAll('all')));
  const ours = await seconds(() => atOnce(CONVERSIONS, send('ours', person)));
  const [middle, late] = [quantile(took, 0.5), quantile(took, 0.95)];
  const again = await seconds(() => atOnce(CONVERSIONS, send('ours', person)));
  const ofOne = await seconds(() =>
    atOnce(
      OF_ONE,
      send('busy', () => people[0]),
    ),
  );

  print([
    [`conversions one by one, ${CONCURRENCY} at once`, 'conversions/s', 'ratio to bare'],
    ['bare INSERT of the conversion', CONVERSIONS / one, 1],
    [`bare INSERT of conversion, 2 events, ${2 * CONNECTIONS} deliveries`, CONVERSIONS / all, one / all],
    [`product, ${PEOPLE} affiliates, ${CONNECTIONS} connections`, CONVERSIONS / ours, one / ours],
    ['product, the same orders again', CONVERSIONS / again, one / again],
    ['product, all of one affiliate', OF_ONE / ofOne, ((OF_ONE / ofOne) * one) / CONVERSIONS],
  ]);
  print([
    ['answer of the product', 'ms'],
    ['median', middle * 1_000],
    ['95 of 100 within', late * 1_000],
  ]);
  const booked = 200 + CONVERSIONS + OF_ONE;
  const { rows } = await pool.query(
    `SELECT count(*)::integer AS conversions, sum(commission)::bigint AS commission, sum(revenue)::bigint AS revenue,
            count(DISTINCT affiliate_id)::integer AS people,
            (SELECT count(*) FROM delivery WHERE cause IN ('conversion_recorded', 'commission_earned'))::integer AS deliveries
       FROM conversion`,
  );
  const [found] = rows;
  print([
    ['conservation', 'expected', 'found'],
    ['conversions', booked, found.conversions],
    ['deliveries', booked * 2 * CONNECTIONS, found.deliveries],
    ['commissions in cents', booked * 1_782 + found.people * 1_500, Number(found.commission)],
  ]);
} finally {
  await pool.end();
  await product.stop();
}

async function atOnce(times, work) {
  let next = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next < times) await work(next++);
    }),
  );
}
