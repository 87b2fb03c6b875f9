import type { MigrationInterface, QueryRunner } from 'typeorm';

import { ownByLookup } from './tenant-table.js';

/**
 * What operators see of the whole installation: counts by provider, kind and state over all organisations. The functions
 * return no id, no address and no name. Only adds.
 */
export class Metrics1763900000024 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...access(), ...functions()]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of SIGNATURES) await runner.query(`DROP FUNCTION ${signature}`);
    for (const [table, columns] of COUNTED) {
      await runner.query(`DROP POLICY lookup_select ON ${table}`);
      await runner.query(`REVOKE SELECT (${columns}) ON ${table} FROM rekomi_lookup`);
    }
  }
}

/** No more of these tables than is counted: payloads and notes stay out of reach. */
const COUNTED = [
  ['delivery_total', 'connection_id, day, kind, state, deliveries'],
  ['delivery', 'lane_id'],
  ['dead_letter', 'connection_id, contact_id, subject_id, discarded_at'],
  ['ledger', 'connection_id, contact_id, state'],
] as const;

const SIGNATURES = [
  'metrics_settled_before(date)',
  'metrics_settled_since(date)',
  'metrics_waiting(bigint)',
  'metrics_dead_letters(bigint)',
  'metrics_targets()',
  'metrics_drains()',
] as const;

/** Whatever the statistics say: right after a large enqueue the planner believes the tables empty and would read them whole. */
const BY_INDEX =
  'SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off';

const DEFINED = 'STABLE SECURITY DEFINER SET search_path = public, pg_temp';

function access(): readonly string[] {
  return COUNTED.flatMap(([table, columns]) => [
    `GRANT SELECT (${columns}) ON ${table} TO rekomi_lookup`,
    `CREATE POLICY lookup_select ON ${table} FOR SELECT TO rekomi_lookup USING (true)`,
  ]);
}

function functions(): readonly string[] {
  return [
    // Days that are over: read as a whole, so callers ask once a day and remember.
    `CREATE FUNCTION metrics_settled_before(first_day date)
       RETURNS TABLE (provider text, kind text, state text, deliveries bigint) LANGUAGE sql ${DEFINED} AS $$
       SELECT coalesce(c.provider, 'webhook'), t.kind, t.state, sum(t.deliveries)::bigint
         FROM delivery_total t LEFT JOIN connection c ON c.id = t.connection_id
        WHERE t.day < first_day AND t.state <> 'created' GROUP BY 1, 2, 3 $$`,

    // The last days: through the key of each target, so the cost follows the targets and not how old they are.
    `CREATE FUNCTION metrics_settled_since(first_day date)
       RETURNS TABLE (provider text, kind text, state text, deliveries bigint) LANGUAGE sql ${DEFINED} AS $$
       SELECT target.provider, t.kind, t.state, sum(t.deliveries)::bigint
         FROM (SELECT c.id, c.provider FROM connection c UNION ALL SELECT e.id, 'webhook' FROM webhook_endpoint e) AS target
        CROSS JOIN LATERAL (
          SELECT d.kind, d.state, sum(d.deliveries) AS deliveries FROM delivery_total d
           WHERE d.connection_id = target.id AND d.day >= first_day AND d.state <> 'created' GROUP BY d.kind, d.state) AS t
        GROUP BY 1, 2, 3 $$`,

    // Jumps from target to target through an index and stops counting at so many per provider: the cost follows the
    // targets with pending work, not the backlog. What is due counts where the sweep would take it up: a connection that
    // is paused, or an endpoint that rests, makes nobody late.
    `CREATE FUNCTION metrics_waiting(most bigint)
       RETURNS TABLE (provider text, pending bigint, held bigint, oldest_due_seconds double precision)
       LANGUAGE plpgsql ${DEFINED} ${BY_INDEX} AS $$
     DECLARE
       target record;
       more bigint;
       due_since timestamptz;
     BEGIN
       FOR target IN
         WITH RECURSIVE busy AS (
           (SELECT l.connection_id AS id FROM lane l ORDER BY l.connection_id LIMIT 1)
           UNION ALL
           SELECT (SELECT l.connection_id FROM lane l WHERE l.connection_id > b.id ORDER BY l.connection_id LIMIT 1)
             FROM busy b WHERE b.id IS NOT NULL
         )
         SELECT b.id, coalesce(c.provider, 'webhook') AS slug,
                CASE WHEN c.id IS NOT NULL THEN c.state IN ('verified', 'disconnecting', 'disabled')
                     ELSE EXISTS (SELECT FROM webhook_endpoint e WHERE e.id = b.id
                                   AND (e.state = 'disabled' OR e.rests_until IS NULL OR e.rests_until <= now()))
                 END AS is_worked
           FROM busy b LEFT JOIN connection c ON c.id = b.id WHERE b.id IS NOT NULL ORDER BY slug
       LOOP
         IF provider IS DISTINCT FROM target.slug THEN
           IF provider IS NOT NULL THEN RETURN NEXT; END IF;
           provider := target.slug;
           pending := 0;
           held := 0;
           oldest_due_seconds := 0;
         END IF;
         IF pending < most THEN
           SELECT count(*) INTO more FROM (
             SELECT FROM lane l JOIN delivery d ON d.lane_id = l.id WHERE l.connection_id = target.id
              LIMIT most - pending) AS few;
           pending := pending + more;
         END IF;
         IF held < most THEN
           SELECT count(*) INTO more FROM (
             SELECT FROM lane l WHERE l.connection_id = target.id AND l.drain_id IS NULL AND l.next_due_at = 'infinity'
              LIMIT most - held) AS few;
           held := held + more;
         END IF;
         IF target.is_worked THEN
           SELECT l.next_due_at INTO due_since FROM lane l
            WHERE l.connection_id = target.id AND l.drain_id IS NULL AND l.next_due_at <= now()
            ORDER BY l.next_due_at LIMIT 1;
           oldest_due_seconds := greatest(oldest_due_seconds, extract(epoch FROM now() - due_since));
         END IF;
       END LOOP;
       IF provider IS NOT NULL THEN RETURN NEXT; END IF;
     END $$`,

    // What is still to be seen to: not discarded by hand, and no contact that has been written since. Of each provider no
    // more than so many are looked at.
    `CREATE FUNCTION metrics_dead_letters(most bigint)
       RETURNS TABLE (provider text, dead bigint, looked_at bigint) LANGUAGE plpgsql ${DEFINED} ${BY_INDEX} AS $$
     DECLARE
       target record;
       part record;
     BEGIN
       FOR target IN
         WITH RECURSIVE known AS (
           (SELECT l.connection_id AS id FROM dead_letter l ORDER BY l.connection_id LIMIT 1)
           UNION ALL
           SELECT (SELECT l.connection_id FROM dead_letter l WHERE l.connection_id > k.id ORDER BY l.connection_id LIMIT 1)
             FROM known k WHERE k.id IS NOT NULL
         )
         SELECT c.id, c.provider AS slug FROM known k JOIN connection c ON c.id = k.id ORDER BY slug
       LOOP
         IF provider IS DISTINCT FROM target.slug THEN
           IF provider IS NOT NULL THEN RETURN NEXT; END IF;
           provider := target.slug;
           dead := 0;
           looked_at := 0;
         END IF;
         IF looked_at < most THEN
           SELECT count(*) AS seen, count(*) FILTER (WHERE few.discarded_at IS NULL AND NOT (
                    few.subject_id = few.contact_id AND EXISTS (
                      SELECT FROM ledger g WHERE g.connection_id = target.id AND g.contact_id = few.contact_id
                         AND g.state IN ('delivered', 'unchanged')))) AS still_dead
             INTO part
             FROM (SELECT l.subject_id, l.contact_id, l.discarded_at FROM dead_letter l
                    WHERE l.connection_id = target.id LIMIT most - looked_at) AS few;
           dead := dead + part.still_dead;
           looked_at := looked_at + part.seen;
         END IF;
       END LOOP;
       IF provider IS NOT NULL THEN RETURN NEXT; END IF;
     END $$`,

    `CREATE FUNCTION metrics_targets() RETURNS TABLE (provider text, state text, targets bigint) LANGUAGE sql ${DEFINED} AS $$
       SELECT c.provider, c.state, count(*) FROM connection c GROUP BY c.provider, c.state
       UNION ALL
       SELECT 'webhook', e.state, count(*) FROM webhook_endpoint e WHERE e.deleted_at IS NULL GROUP BY e.state $$`,

    `CREATE FUNCTION metrics_drains() RETURNS TABLE (running bigint, oldest_seconds double precision) LANGUAGE sql ${DEFINED} AS $$
       SELECT count(*), coalesce(max(extract(epoch FROM now() - d.started_at)), 0)::double precision
         FROM drain d WHERE NOT d.expired AND d.expires_at >= now() $$`,

    ...SIGNATURES.flatMap(ownByLookup),
  ];
}
