// The product's tables once more, with the same columns and indexes and nothing that guards them: what PostgreSQL does
// at best with the same rows on the same disk.
import pg from 'pg';

export function openPool(product) {
  return new pg.Pool({ connectionString: product.superuserUrl, max: 8 });
}

export async function createBareTables(pool, ...tables) {
  for (const table of tables) {
    await pool.query(
      `CREATE TABLE bare_${table} (LIKE ${table} INCLUDING DEFAULTS INCLUDING INDEXES INCLUDING IDENTITY INCLUDING GENERATED)`,
    );
  }
}

/** Paused connections of the organisation: work is written for them and nobody sends it. @returns their ids. */
export async function pausedConnections(pool, count) {
  const { rows } = await pool.query(
    `INSERT INTO connection (id, organization_id, provider, label, environment, state, account_key)
     SELECT new_id(), o.id, 'customer-io', 'Paused ' || n, 'sandbox', 'paused', int4send(n)
       FROM organization o, generate_series(1, $1::integer) AS n RETURNING id`,
    [count],
  );
  return rows.map(({ id }) => id);
}

/** People who applied, put there without the product; @returns their ids. */
export async function applicants(pool, campaignId, count) {
  const { rows } = await pool.query(
    `WITH person AS (
       INSERT INTO affiliate (id, organization_id, email, joined_at)
       SELECT new_id(), o.id, 'person' || n || '@example.com', now()
         FROM organization o, generate_series(1, $2::integer) AS n RETURNING id, organization_id)
     INSERT INTO enrolment (id, organization_id, campaign_id, affiliate_id, status)
     SELECT new_id(), organization_id, $1, id, 'applied' FROM person RETURNING affiliate_id`,
    [campaignId, count],
  );
  await pool.query('ANALYZE affiliate, enrolment');
  return rows.map((row) => row.affiliate_id);
}
