import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';

import { findCampaign } from '../campaigns/find-campaign.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { clearIssues, type ImportIssue, listIssues, type RefusedRow, refusedRows } from './import-issues.js';
import { type MappingInput, readMapping } from './import-mapping.js';
import { type ImportRow, type ImportState, listImports, readImport } from './import-run.js';
import { findUndo, forgetUndo } from './undo/import-undo.service.js';

/** The way of a file: uploaded, mapped, checked if one likes, run, and perhaps cancelled and continued. */
@Injectable()
export class ImportService {
  async get(work: UnitOfWork, id: string): Promise<ProgramResult<ImportRow>> {
    const found = isUUID(id) ? await readImport(work, id) : undefined;
    return found === undefined ? denied({ reason: 'not_found', what: 'import', id }) : granted(found);
  }

  /** Newest first; one row more than `limit`, which tells whether there is more. */
  list(
    work: UnitOfWork,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly ImportRow[]> {
    return listImports(work, { ...page, limit: page.limit + 1 });
  }

  /** Says what the columns are. Possible until the first row is imported. */
  async map(work: UnitOfWork, id: string, input: MappingInput): Promise<ProgramResult<ImportRow>> {
    const found = await this.#locked(work, id, ['uploaded', 'mapped', 'checked', 'cancelled', 'failed']);
    if (!found.ok) return found;
    const run = found.value;
    if (run.position > 0) {
      return conflict(
        'import_begun',
        'Rows of this file are imported already. Continue the import, or upload the file anew for another mapping.',
      );
    }
    const campaign = await findCampaign(work, input.campaign, { pointer: '#/campaign' });
    if (!campaign.ok) return campaign;
    const guessed = run.columns.map(({ guess }) => guess);
    const mapping = readMapping(input, run.columns, guessed, campaign.value.id);
    if (!mapping.ok) return mapping;
    await clearIssues(work, id);
    await work.tx.query(
      `UPDATE import_run SET state = 'mapped', mapping = $3, report = NULL, failure = NULL, counts = '{}',
              pass = NULL, updated_at = now()
        WHERE organization_id = $1 AND id = $2`,
      [work.organizationId, id, JSON.stringify(mapping.value)],
    );
    return this.get(work, id);
  }

  /** Begins the dry run. */
  async check(work: UnitOfWork, id: string): Promise<ProgramResult<ImportRow>> {
    const found = await this.#locked(work, id, ['mapped', 'checked', 'cancelled', 'failed', 'checking']);
    if (!found.ok) return found;
    if (found.value.state === 'checking') return found;
    if (found.value.position > 0) {
      return conflict(
        'import_begun',
        'Rows of this file are imported already. Continue the import instead of checking it.',
      );
    }
    return this.#begin(work, found.value, 'check');
  }

  /** Begins the import, or continues it where it was cancelled or failed. */
  async start(work: UnitOfWork, id: string): Promise<ProgramResult<ImportRow>> {
    const found = await this.#locked(work, id, ['mapped', 'checked', 'cancelled', 'failed', 'running']);
    const undo = found.ok ? await findUndo(work, id) : undefined;
    if (undo !== undefined && undo.state !== 'previewed')
      return conflict(
        'import_undone',
        'This import was undone. Upload the file again to import it once more.',
      );
    return !found.ok || found.value.state === 'running' ? found : this.#begin(work, found.value, 'run');
  }

  /** Stops after the chunk that is being worked on. What is imported stays. */
  async cancel(work: UnitOfWork, id: string): Promise<ProgramResult<ImportRow>> {
    const found = await this.#locked(work, id, ['checking', 'running', 'cancelling', 'cancelled']);
    if (!found.ok || found.value.state === 'cancelling' || found.value.state === 'cancelled') return found;
    await work.tx.query(
      `UPDATE import_run SET state = 'cancelling', updated_at = now() WHERE organization_id = $1 AND id = $2`,
      [work.organizationId, id],
    );
    return this.get(work, id);
  }

  /** Deletes file, samples, refused rows, and what undoing would need. The affiliates that came of it stay. */
  async remove(work: UnitOfWork, id: string): Promise<ProgramResult<true>> {
    const found = await this.#locked(work, id, [
      ...['uploaded', 'mapped', 'checked', 'cancelled', 'finished', 'failed'],
    ] as ImportState[]);
    if (!found.ok) return found;
    const undo = await findUndo(work, id);
    if (undo?.state === 'running' || undo?.state === 'cancelling')
      return conflict('import_state', 'The import is being undone. Wait for the end, or cancel that.');
    await forgetUndo(work, id);
    await work.tx.query(`DELETE FROM import_change WHERE organization_id = $1 AND import_id = $2`, [
      work.organizationId,
      id,
    ]);
    await work.tx.query(`DELETE FROM import_run WHERE organization_id = $1 AND id = $2`, [
      work.organizationId,
      id,
    ]);
    return granted(true);
  }

  async issues(
    work: UnitOfWork,
    id: string,
    filter: { readonly severity?: 'refused' | 'warning'; readonly code?: string },
    page: { readonly limit: number; readonly after?: { readonly line: number; readonly place: number } },
  ): Promise<ProgramResult<readonly ImportIssue[]>> {
    const found = await this.get(work, id);
    if (!found.ok) return found;
    return granted(await listIssues(work, id, filter, { ...page, limit: page.limit + 1 }));
  }

  refused(work: UnitOfWork, id: string, afterLine: number, limit: number): Promise<readonly RefusedRow[]> {
    return refusedRows(work, id, afterLine, limit);
  }

  async #begin(work: UnitOfWork, run: ImportRow, pass: 'check' | 'run'): Promise<ProgramResult<ImportRow>> {
    if (!run.file_kept) {
      return conflict('file_gone', 'The file was deleted because nobody used it for long. Upload it again.');
    }
    // What a check wrote down is written down anew by the import itself.
    if (run.position === 0) await clearIssues(work, run.id);
    await work.tx.query(
      `UPDATE import_run SET state = $3, pass = $4, failure = NULL, rows_per_second = NULL, lease_id = NULL,
              lease_until = NULL, started_at = coalesce(CASE WHEN position > 0 THEN started_at END, now()),
              ended_at = NULL, updated_at = now()
        WHERE organization_id = $1 AND id = $2`,
      [work.organizationId, run.id, pass === 'check' ? 'checking' : 'running', pass],
    );
    return this.get(work, run.id);
  }

  async #locked(
    work: UnitOfWork,
    id: string,
    states: readonly ImportState[],
  ): Promise<ProgramResult<ImportRow>> {
    const found = isUUID(id) ? await readImport(work, id, { lock: true }) : undefined;
    if (found === undefined) return denied({ reason: 'not_found', what: 'import', id });
    if (states.includes(found.state)) return granted(found);
    return conflict('import_state', STATE_TEXTS[found.state]);
  }
}

const STATE_TEXTS: Readonly<Record<ImportState, string>> = {
  uploading: 'The file is still being uploaded.',
  uploaded: 'The file has no mapping yet. Say first what its columns are.',
  mapped: 'The file is mapped; nothing runs.',
  checking: 'The file is being checked. Wait for the end, or cancel the check.',
  checked: 'The file is checked; nothing runs.',
  running: 'The import runs. Wait for its end, or cancel it.',
  cancelling: 'The import is about to stop. Try again in a second.',
  cancelled: 'The import is cancelled; nothing runs.',
  finished: 'The import is finished. Upload the file again to import it once more.',
  failed: 'The import has failed; nothing runs.',
};

function conflict(code: string, detail: string): ProgramResult<never> {
  return denied({ reason: 'conflict', errors: [{ pointer: '#', code, detail }] });
}
