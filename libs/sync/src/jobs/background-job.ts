import type { EntityManager } from 'typeorm';

/** States of a job that somebody first looks at and then starts. */
export const JOB_STATES = ['previewed', 'running', 'cancelling', 'cancelled', 'finished', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Tables whose rows are such jobs; all have the same columns for it. */
export type JobTable = 'replay' | 'import_undo';

/** A worker's hold on a job: for so long, by the database's clock, unless it is renewed. */
export interface JobLease {
  readonly id: string;
  readonly seconds: number;
}

/** What every job says about itself. */
export interface JobRow {
  readonly id: string;
  readonly state: JobState;
  readonly created_by: string | null;
  readonly items: number;
  readonly done: number;
  readonly items_per_second: number | null;
  readonly failure: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

export const JOB_FIELDS = `id, state, created_by, items, done, items_per_second, failure, created_at, started_at, ended_at`;

interface Job {
  readonly table: JobTable;
  readonly organizationId: string;
  readonly id: string;
}

/** Begins a job, or goes on with one that was cancelled or failed. @returns false when its state is another one. */
export async function startJob(tx: EntityManager, { table, organizationId, id }: Job): Promise<boolean> {
  const [rows] = await tx.query<[unknown[], number]>(
    `UPDATE ${table} SET state = 'running', failure = NULL, started_at = coalesce(started_at, now()), ended_at = NULL,
            lease_id = NULL, lease_until = NULL, updated_at = now()
      WHERE organization_id = $1 AND id = $2 AND state IN ('previewed', 'cancelled', 'failed') RETURNING id`,
    [organizationId, id],
  );
  return rows.length > 0;
}

/** Stops a job after the chunk that is being worked on. @returns false when it does not run. */
export async function cancelJob(tx: EntityManager, { table, organizationId, id }: Job): Promise<boolean> {
  const [rows] = await tx.query<[unknown[], number]>(
    `UPDATE ${table} SET state = 'cancelling', updated_at = now()
      WHERE organization_id = $1 AND id = $2 AND state IN ('running', 'cancelling') RETURNING id`,
    [organizationId, id],
  );
  return rows.length > 0;
}

/** Takes a job on, if nobody has it. @returns how much of it is done, or undefined. */
export async function claimJob(
  tx: EntityManager,
  { table, organizationId, id }: Job,
  lease: JobLease,
): Promise<number | undefined> {
  const [rows] = await tx.query<[{ done: number }[], number]>(
    `UPDATE ${table} SET lease_id = $3, lease_until = now() + make_interval(secs => $4), updated_at = now()
      WHERE organization_id = $1 AND id = $2 AND state IN ('running', 'cancelling')
        AND (lease_until IS NULL OR lease_until < now()) RETURNING done`,
    [organizationId, id, lease.id, lease.seconds],
  );
  return rows[0]?.done;
}

/**
 * Locks the job until the end of the transaction and prolongs the lease: who cancels waits for the chunk, and so does
 * who would take the job over.
 *
 * @returns undefined when the lease is lost.
 */
export async function renewJob(
  tx: EntityManager,
  { table, organizationId, id }: Job,
  lease: JobLease,
): Promise<{ readonly state: JobState; readonly done: number } | undefined> {
  const [rows] = await tx.query<[{ state: JobState; done: number }[], number]>(
    `UPDATE ${table} SET lease_until = now() + make_interval(secs => $4)
      WHERE organization_id = $1 AND id = $2 AND lease_id = $3 RETURNING state, done`,
    [organizationId, id, lease.id, lease.seconds],
  );
  return rows[0];
}

/** Moves the job to where the transaction's items end. */
export async function moveJob(
  tx: EntityManager,
  { table, organizationId, id }: Job,
  to: { readonly done: number; readonly itemsPerSecond: number },
): Promise<void> {
  await tx.query(
    `UPDATE ${table} SET done = $3, items_per_second = $4, updated_at = now() WHERE organization_id = $1 AND id = $2`,
    [organizationId, id, to.done, to.itemsPerSecond],
  );
}

/** Ends a job and lets the lease go. */
export async function endJob(
  tx: EntityManager,
  { table, organizationId, id }: Job,
  state: 'finished' | 'cancelled' | 'failed',
  failure?: string,
): Promise<void> {
  await tx.query(
    `UPDATE ${table} SET state = $3, failure = $4, lease_id = NULL, lease_until = NULL, ended_at = now(), updated_at = now()
      WHERE organization_id = $1 AND id = $2`,
    [organizationId, id, state, failure ?? null],
  );
}

/** Lets go at once, so that nobody has to wait for the lease to run out. */
export async function releaseJob(
  tx: EntityManager,
  { table, organizationId, id }: Job,
  leaseId: string,
): Promise<void> {
  await tx.query(
    `UPDATE ${table} SET lease_id = NULL, lease_until = NULL
      WHERE organization_id = $1 AND id = $2 AND lease_id = $3`,
    [organizationId, id, leaseId],
  );
}
