import { sqlState, type Tenancy } from '@rekomi/database';
import { v7 as newId } from 'uuid';

import type { AffiliateIntakeService, TakenRows } from '../affiliates/affiliate-intake.service.js';
import { addAliases } from '../affiliates/alias-statements.js';
import { findCampaign } from '../campaigns/find-campaign.js';
import type { ProgramWork } from '../program-work.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { ImportBatch } from './import-batch.js';
import { type ImportChunk, readAhead, readChunks, type ReadRecord } from './import-chunks.js';
import { readRecords } from './import-file.js';
import { addFindings, clearIssues } from './import-issues.js';
import { RowReader } from './import-row.js';
import { claimImport, endPass, type ImportRow, moveImport, renewLease } from './import-run.js';
import { ImportTally } from './import-tally.js';
import { SeenAddresses } from './seen-addresses.js';

/** Rows per transaction: large enough to be cheap, small enough that a cancel and other work need not wait for long. */
export const IMPORT_CHUNK = 2_000;
const LEASE_SECONDS = 20;
/** Rows that are passed over between two renewals of the lease. */
const PASSED_AT_ONCE = 50_000;

export interface ImportRunnerOptions {
  /** Rows per transaction. */
  readonly chunk?: number;
  /** Called when a chunk is committed. */
  readonly afterChunk?: () => void;
}

export type RunEnd =
  /** Somebody else has it, or it needs nothing. */
  | 'not_ours'
  | 'ended'
  /** The lease went to somebody else meanwhile. */
  | 'lost'
  /** Asked to stop; the next one to look takes it up. */
  | 'stopped';

interface Pass {
  readonly organizationId: string;
  readonly run: ImportRow;
  readonly lease: { readonly id: string; readonly seconds: number };
  readonly reader: RowReader;
  readonly seen: SeenAddresses;
  readonly tally: ImportTally;
  readonly began: { readonly position: number; readonly at: number };
  position: number;
}

/**
 * Works imports off. Each chunk of rows is one transaction that also moves the import's position, so whatever dies
 * wherever: rows are imported once and counted once. Who takes an import up reads the file again from its beginning and
 * passes over what is done.
 */
export class ImportRunner {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly work: ProgramWork,
    private readonly intake: AffiliateIntakeService,
    private readonly options: ImportRunnerOptions = {},
  ) {}

  /** Takes one import up, if nobody has it, and works it off. */
  async run(organizationId: string, importId: string, signal?: AbortSignal): Promise<RunEnd> {
    const lease = { id: newId(), seconds: LEASE_SECONDS };
    const run = await this.work.run(organizationId, async (unit) => {
      const claimed = await claimImport(unit, importId, lease);
      // A check that broke off begins anew.
      if (claimed?.pass === 'check') await clearIssues(unit, importId);
      return claimed;
    });
    if (run === undefined) return 'not_ours';
    try {
      return await this.#runClaimed(organizationId, run, lease, signal);
    } catch (err) {
      if (mayPass(err)) await this.#release(organizationId, importId, lease.id);
      else await this.#fail({ organizationId, run, lease }, UNEXPECTED);
      throw err;
    }
  }

  async #runClaimed(
    organizationId: string,
    run: ImportRow,
    lease: Pass['lease'],
    signal: AbortSignal | undefined,
  ): Promise<RunEnd> {
    const { dialect, mapping } = run;
    if (run.state === 'cancelling') return this.#cancel(organizationId, run, lease);
    if (dialect === null || mapping === null) throw new Error('An import without a mapping was started.');
    const pass: Pass = {
      organizationId,
      run,
      lease,
      reader: new RowReader({
        mapping,
        columns: run.columns.map(({ name }) => name),
        source: run.source,
        fileName: run.file_name,
        now: new Date(),
      }),
      seen: new SeenAddresses(),
      // A check begins anew each time; an import goes on from what is committed.
      tally: new ImportTally(run.pass === 'run' && run.position > 0 ? run.counts : {}),
      began: { position: run.pass === 'run' ? run.position : 0, at: Date.now() },
      position: run.pass === 'run' ? run.position : 0,
    };
    const records = readRecords(this.tenancy, organizationId, run.id, dialect);
    const chunks = readAhead(
      readChunks(records, {
        reader: pass.reader,
        header: dialect.header,
        passed: pass.began.position,
        size: this.options.chunk ?? IMPORT_CHUNK,
      }),
    );
    try {
      return await this.#work(pass, chunks, signal);
    } finally {
      // Nothing is read any more once this run is over, however it ends.
      await chunks.return(undefined);
    }
  }

  async #work(
    pass: Pass,
    chunks: ReturnType<typeof readAhead<ImportChunk>>,
    signal: AbortSignal | undefined,
  ): Promise<RunEnd> {
    let sinceRenewal = 0;
    for (;;) {
      const chunk = await chunks.next();
      if (chunk.done === true)
        return chunk.value === undefined ? this.#finish(pass) : this.#fail(pass, chunk.value);
      if (chunk.value.kind === 'rows') {
        const end = await this.#chunk(pass, chunk.value.rows, signal);
        if (end !== undefined) return end;
        continue;
      }
      for (const key of chunk.value.keys) pass.seen.add(key);
      sinceRenewal += chunk.value.keys.length;
      if (sinceRenewal < PASSED_AT_ONCE) continue;
      if (!(await this.#stillOurs(pass))) return 'lost';
      sinceRenewal = 0;
    }
  }

  /** One chunk in one transaction. @returns how the pass ends, if it does. */
  async #chunk(
    pass: Pass,
    rows: readonly ReadRecord[],
    signal: AbortSignal | undefined,
  ): Promise<RunEnd | undefined> {
    const { organizationId, run, lease } = pass;
    if (signal?.aborted === true) {
      await this.#release(organizationId, run.id, lease.id);
      return 'stopped';
    }
    const batch = new ImportBatch(rows, pass.reader, pass.seen);
    const position = pass.position + rows.length;
    const done = await this.work.run(organizationId, async (unit) => {
      const state = await renewLease(unit, run.id, lease);
      if (state === undefined) return 'lost' as const;
      if (state === 'cancelling') return 'cancelling' as const;
      const taken = await this.#take(unit, pass, batch);
      if (taken === undefined) return 'campaign_gone' as const;
      const { tallied, findings } = batch.results(taken);
      await addFindings(unit, run.id, findings);
      const report = pass.tally.with(tallied);
      await moveImport(unit, run.id, {
        position,
        line: rows.at(-1)?.record.line ?? run.line,
        counts: report,
        rowsPerSecond: rateOf(pass, position),
      });
      return report;
    });
    if (done === 'lost') return 'lost';
    if (done === 'cancelling') return this.#cancel(organizationId, run, lease);
    if (done === 'campaign_gone') {
      return this.#fail(pass, {
        code: 'campaign_gone',
        detail: 'The campaign of this import is not there any more. Map the file to another one.',
      });
    }
    for (const key of batch.keys) pass.seen.add(key);
    pass.tally.accept(done);
    pass.position = position;
    this.options.afterChunk?.();
    return undefined;
  }

  async #take(unit: UnitOfWork, { run }: Pass, batch: ImportBatch): Promise<TakenRows | undefined> {
    const { mapping } = run;
    if (mapping === null) return undefined;
    const isCheck = run.pass === 'check';
    const campaign = await findCampaign(unit, mapping.campaignId, isCheck ? {} : { lock: 'enrolments' });
    if (!campaign.ok) return undefined;
    if (batch.rows.length === 0 && batch.furtherAliases.length === 0) return { rows: [], notes: [] };
    const intake = {
      rows: batch.rows,
      campaignId: mapping.campaignId,
      status: 'applied',
      known: mapping.known,
      // What was decided by hand here counts more than a file from elsewhere.
      overturns: false,
      importId: run.id,
    } as const;
    if (isCheck) return this.intake.previewRead(unit, intake);
    const taken = await this.intake.takeRead(unit, intake);
    if (mapping.known !== 'skip') await addAliases(unit, batch.furtherAliases);
    return taken;
  }

  async #finish(pass: Pass): Promise<RunEnd> {
    const { organizationId, run, lease } = pass;
    const isCheck = run.pass === 'check';
    return this.work.run(organizationId, async (unit) => {
      const state = await renewLease(unit, run.id, lease);
      if (state === undefined) return 'lost';
      await endPass(unit, run.id, {
        state: isCheck ? 'checked' : 'finished',
        rewind: isCheck,
        rows: pass.position,
        report: pass.tally.report,
      });
      if (!isCheck) await forgetFile(unit, run.id);
      return 'ended';
    });
  }

  async #cancel(organizationId: string, run: ImportRow, lease: Pass['lease']): Promise<RunEnd> {
    return this.work.run(organizationId, async (unit) => {
      if ((await renewLease(unit, run.id, lease)) === undefined) return 'lost';
      const isCheck = run.pass === 'check';
      await endPass(unit, run.id, { state: isCheck ? 'mapped' : 'cancelled', rewind: isCheck });
      return 'ended';
    });
  }

  async #fail(
    { organizationId, run, lease }: Pick<Pass, 'organizationId' | 'run' | 'lease'>,
    failure: { readonly code: string; readonly detail: string },
  ): Promise<RunEnd> {
    return this.work.run(organizationId, async (unit) => {
      if ((await renewLease(unit, run.id, lease)) === undefined) return 'lost';
      const { code, detail } = failure;
      await endPass(unit, run.id, {
        state: 'failed',
        failure: { code, detail },
        rewind: run.pass === 'check',
      });
      return 'ended';
    });
  }

  async #stillOurs({ organizationId, run, lease }: Pass): Promise<boolean> {
    const state = await this.work.run(organizationId, (unit) => renewLease(unit, run.id, lease));
    return state !== undefined;
  }

  /** Lets go at once, so that nobody has to wait for the lease to run out. */
  async #release(organizationId: string, importId: string, leaseId: string): Promise<void> {
    await this.work.run(organizationId, ({ tx }) =>
      tx.query(
        `UPDATE import_run SET lease_id = NULL, lease_until = NULL
          WHERE organization_id = $1 AND id = $2 AND lease_id = $3`,
        [organizationId, importId, leaseId],
      ),
    );
  }
}

const UNEXPECTED = {
  code: 'internal_error',
  detail:
    'An error that this server did not expect; its log says more. What is imported stays: start it again.',
};

/** A database that is away comes back; what it or this program cannot do, it will not do the next time either. */
function mayPass(err: unknown): boolean {
  return !/^(|22...|23...|42...|XX...)$/.test(sqlState(err));
}

/** Addresses of people lie in it, and nothing needs it any more. */
export async function forgetFile({ tx, organizationId }: UnitOfWork, importId: string): Promise<void> {
  await tx.query(`DELETE FROM import_file_chunk WHERE organization_id = $1 AND import_id = $2`, [
    organizationId,
    importId,
  ]);
  await tx.query(
    `UPDATE import_run SET file_kept = false, updated_at = now() WHERE organization_id = $1 AND id = $2`,
    [organizationId, importId],
  );
}

function rateOf({ began }: Pass, position: number): number {
  const seconds = Math.max(0.001, (Date.now() - began.at) / 1000);
  return (position - began.position) / seconds;
}
