// One action that approves everybody who waits, in a campaign with three connections, beside bare INSERT…SELECT of the
// same rows into tables without guards.
import { parseArgs } from 'node:util';

import { applicants, createBareTables, openPool, pausedConnections } from './bare-tables.mjs';
import { peakMegabytes, print, residentMegabytes, seconds } from './figures.mjs';
import { startProduct } from './product.mjs';

const { values } = parseArgs({ options: { people: { type: 'string', default: '50000' } } });
const PEOPLE = Number(values.people);
const CONNECTIONS = 3;

const BARE = [
  `INSERT INTO bare_enrolment (id, organization_id, campaign_id, affiliate_id, status, decided_at)
   SELECT id, organization_id, campaign_id, affiliate_id, 'approved', now() FROM enrolment WHERE campaign_id = $1`,
  `INSERT INTO bare_event (id, organization_id, affiliate_id, campaign_id, name, occurred_at, data)
   SELECT new_id(), organization_id, affiliate_id, campaign_id, 'affiliate_approved', now(), '{"campaign": "bench"}'
     FROM enrolment WHERE campaign_id = $1`,
  `INSERT INTO bare_lane (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending)
   SELECT e.organization_id, d.connection_id, e.affiliate_id, now(), 2, true
     FROM enrolment e JOIN campaign_destination d ON d.campaign_id = e.campaign_id WHERE e.campaign_id = $1`,
  `INSERT INTO bare_delivery (lane_id, lane_seq, id, organization_id, connection_id, contact_id, kind, cause, event_id,
                              event_name, dedupe_id, occurred_at, payload)
   SELECT l.id, n, new_id(), l.organization_id, l.connection_id, l.contact_id, CASE n WHEN 1 THEN 'contact' ELSE 'event' END,
          'affiliate_approved', CASE n WHEN 2 THEN gen_random_uuid() END, CASE n WHEN 2 THEN 'affiliate_approved' END,
          CASE n WHEN 2 THEN '01JDB3W0F4Q8M6V7B5N2K9T1XR' END, CASE n WHEN 2 THEN now() END,
          CASE n WHEN 2 THEN '{"campaign": "bench"}' END
     FROM bare_lane l CROSS JOIN generate_series(1, 2) AS n WHERE $1::uuid IS NOT NULL`,
];

const product = await startProduct();
const { api } = product;
const pool = openPool(product);
try {
  await createBareTables(pool, 'enrolment', 'event', 'lane', 'delivery');
  const campaign = await api('POST', '/campaigns', { name: 'Bench' });
  for (const connection of await pausedConnections(pool, CONNECTIONS))
    await api('PUT', `/campaigns/${campaign.id}/destinations/${connection}`, {});
  await applicants(pool, campaign.id, PEOPLE);

  const bare = await seconds(() => inTransaction(BARE, [campaign.id]));
  const before = residentMegabytes(product.serverPid);
  let decided = 0;
  const ours = await seconds(async () => {
    ({ decided } = await api('POST', `/campaigns/${campaign.id}/decisions`, { decision: 'approved' }));
  });
  const peak = peakMegabytes(product.serverPid);
  const { rows } = await pool.query(
    `SELECT (SELECT count(*) FROM event WHERE name = 'affiliate_approved')::integer AS events,
            (SELECT count(*) FROM lane)::integer AS lanes, (SELECT count(*) FROM delivery)::integer AS deliveries`,
  );

  print([
    [`${PEOPLE} people, ${CONNECTIONS} connections, one action`, 'seconds', 'people/s', 'ratio to bare'],
    ['bare INSERT…SELECT of the same rows', bare, PEOPLE / bare, 1],
    ['product', ours, PEOPLE / ours, bare / ours],
  ]);
  print([
    ['memory of the server', 'MB'],
    ['most it had, above what it had before', peak - before],
  ]);
  print([
    ['conservation', 'expected', 'found'],
    ['decided', PEOPLE, decided],
    ['events', PEOPLE, rows[0].events],
    ['lanes', PEOPLE * CONNECTIONS, rows[0].lanes],
    ['deliveries', PEOPLE * CONNECTIONS * 2, rows[0].deliveries],
  ]);
} finally {
  await pool.end();
  await product.stop();
}

async function inTransaction(statements, parameters) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    for (const statement of statements) await client.query(statement, parameters);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}
