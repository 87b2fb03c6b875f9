// Affiliates who stand at a vendor already, and changes of all of them: one request each, written by the product's own
// statements. The worker takes them up when the connection is let go.
import { setTimeout as delay } from 'node:timers/promises';

import { Tenancy, createDataSource } from '@rekomi/database';

import { enqueue } from '../../libs/sync/dist/sql/enqueue.js';
import { openPool } from './bare-tables.mjs';

export const FAST = { requestsPerSecond: 100_000, createdAt: 'always' };
const AT_ONCE = 1_000;

export const WORKSPACE = { siteId: 'sandbox-site-us', trackApiKey: 'sandbox-track-us' };

export class StandingPeople {
  #product;
  #credentials;
  #prefix;
  #pool;
  #source;
  #tenancy;
  #people;
  #held;
  organizationId;
  connectionId;
  campaignId;

  /** @param prefix of their addresses */
  constructor(product, credentials = WORKSPACE, prefix = 'person') {
    this.#product = product;
    this.#credentials = credentials;
    this.#prefix = prefix;
    this.#pool = openPool(product);
  }

  /** The id of one of them. */
  person(number) {
    return this.#people[number % this.#people.length];
  }

  /** Connects, and approves so many; a worker has to run. */
  async stand(count) {
    const { api } = this.#product;
    const connection = await api('POST', '/connections', {
      provider: 'customer-io',
      environment: 'sandbox',
      credentials: this.#credentials,
      settings: { ...FAST, batches: true },
    });
    const campaign = await api('POST', '/campaigns', { name: 'Bench' });
    await api('PUT', `/campaigns/${campaign.id}/destinations/${connection.id}`, {});
    this.connectionId = connection.id;
    this.campaignId = campaign.id;
    this.organizationId = (await this.#pool.query('SELECT id FROM organization LIMIT 1')).rows[0].id;
    this.#source = createDataSource({ url: this.#product.appUrl, poolSize: 2, applicationName: 'bench' });
    await this.#source.initialize();
    this.#tenancy = new Tenancy(this.#source);
    this.#people = [];
    for (let start = 0; start < count; start += AT_ONCE) {
      const affiliates = Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, index) => ({
        email: `${this.#prefix}${start + index}@example.com`,
        name: `Ada Number${start + index}`,
      }));
      const { results } = await api('POST', '/affiliates/bulk', { campaign: campaign.id, affiliates });
      const affiliateIds = results.map(({ affiliateId }) => affiliateId);
      await api('POST', '/affiliates/approve', { campaign: campaign.id, affiliateIds });
      this.#people.push(...affiliateIds);
    }
    await this.#nothingLeft();
  }

  /** Changes the first `count` and writes `times` deliveries for each, while the connection rests. */
  async change(count, times, mark) {
    await this.#setState('paused');
    const people = this.#people.slice(0, count);
    await this.#pool.query(
      `UPDATE affiliate SET last_name = split_part(last_name, ' ', 1) || ' ' || $2, full_name = first_name || ' ' || $2,
              updated_at = now() WHERE id = ANY($1::uuid[])`,
      [people, mark],
    );
    for (let start = 0; start < people.length; start += AT_ONCE) {
      const items = people.slice(start, start + AT_ONCE).flatMap((contactId) =>
        Array.from({ length: times }, () => ({
          kind: 'contact',
          connectionId: this.connectionId,
          contactId,
          cause: 'bench',
        })),
      );
      await this.#tenancy.run(this.organizationId, (tx) => enqueue(tx, this.organizationId, items));
    }
  }

  batches(batches) {
    return this.#product.api('PATCH', `/connections/${this.connectionId}`, {
      settings: { ...FAST, batches },
    });
  }

  /** Seconds from the moment at which a drain begins until no lane is left. */
  async drained() {
    await this.#pool.query(
      `DELETE FROM drain d WHERE NOT EXISTS (SELECT FROM lane l WHERE l.drain_id = d.id)`,
    );
    await this.#setState('verified');
    await this.#until(`SELECT 1 FROM drain LIMIT 1`, (rows) => rows.length > 0, 2);
    const started = performance.now();
    await this.#nothingLeft();
    return (performance.now() - started) / 1_000;
  }

  /** Lets a connection that rests be taken up. */
  letGo() {
    return this.#setState('verified');
  }

  /** So many lanes more, of contacts that nobody knows, behind all that wait already. */
  async burden(lanes) {
    await this.#pool.query(
      `INSERT INTO lane (organization_id, connection_id, contact_id, next_due_at, tail_seq, contact_pending)
       SELECT $1, $2, gen_random_uuid(), now(), 1, true FROM generate_series(1, $3::integer)`,
      [this.organizationId, this.connectionId, lanes],
    );
    await this.#pool.query(
      `INSERT INTO delivery (lane_id, lane_seq, id, organization_id, connection_id, contact_id, kind, cause)
       SELECT l.id, 1, gen_random_uuid(), l.organization_id, l.connection_id, l.contact_id, 'contact', 'bench'
         FROM lane l WHERE l.connection_id = $1
          AND NOT EXISTS (SELECT FROM delivery d WHERE d.lane_id = l.id)`,
      [this.connectionId],
    );
    await this.#pool.query('ANALYZE lane, delivery');
  }

  /**
   * As if what was written had lain there for long. Right after a load autovacuum reads it whole and the checkpointer writes
   * it to the disk, beside whatever is measured.
   */
  async settleDown() {
    await this.#pool.query('VACUUM (ANALYZE) lane, delivery');
    await this.#pool.query('CHECKPOINT');
  }

  /** Deliveries by state since a moment of the database's clock. */
  async settledSince(moment) {
    const { rows } = await this.#pool.query(
      `SELECT state, count(*)::integer AS count FROM history WHERE settled_at >= $1 GROUP BY state`,
      [moment],
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }

  async now() {
    return (await this.#pool.query('SELECT clock_timestamp()::text AS now')).rows[0].now;
  }

  /** The process of one of our sessions at PostgreSQL, which stays open. */
  async sessionPid() {
    this.#held ??= await this.#pool.connect();
    return (await this.#held.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
  }

  query(sql, parameters) {
    return this.#pool.query(sql, parameters);
  }

  async close() {
    this.#held?.release();
    await this.#source?.destroy();
    await this.#pool.end();
  }

  #setState(state) {
    return this.#pool.query('UPDATE connection SET state = $2 WHERE id = $1', [this.connectionId, state]);
  }

  #nothingLeft() {
    const sql = `SELECT 1 FROM lane WHERE connection_id = '${this.connectionId}' LIMIT 1`;
    return this.#until(sql, (rows) => rows.length === 0, 5);
  }

  async #until(sql, enough, everyMs) {
    for (;;) {
      const { rows } = await this.#pool.query(sql);
      if (enough(rows)) return;
      await delay(everyMs);
    }
  }
}
