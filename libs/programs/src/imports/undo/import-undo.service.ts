import { Injectable } from '@nestjs/common';
import { cancelJob, JOB_FIELDS, type JobRow, startJob } from '@rekomi/sync';
import { isUUID } from 'class-validator';

import { denied, granted, type ProgramResult } from '../../program-problem.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import { type ImportRow, readImport } from '../import-run.js';
import { standingCopies, undoFacts } from './undo-facts.js';
import { undonePerson, type UndonePerson, type UndoPreview, UndoTally } from './undo-person.js';
import { undoPlan } from './undo-plan.js';

/** The undoing of an import as stored. */
export interface ImportUndoRow extends JobRow {
  readonly import_id: string;
  readonly preview: UndoPreview;
}

/** One person of the list. */
export interface UndoItem {
  readonly place: number;
  /** Null: not done yet, so the person is shown as things stand now. */
  readonly outcome: 'undone' | 'left_alone' | null;
  readonly person: UndonePerson;
}

interface ItemRow {
  readonly place: number;
  readonly affiliate_id: string;
  readonly plan: UndonePerson;
  readonly outcome: 'undone' | 'left_alone' | null;
}

/** People whose plans are made together. */
const PAGE = 1_000;

const LIST = `
  INSERT INTO import_undo_item (organization_id, undo_id, place, affiliate_id, plan)
  SELECT $1, $2, row_number() OVER (ORDER BY affiliate_id), affiliate_id, '{}'
    FROM (SELECT affiliate_id FROM enrolment WHERE organization_id = $1 AND import_id = $3
          UNION
          SELECT affiliate_id FROM import_change WHERE organization_id = $1 AND import_id = $3) AS concerned`;

const NOT_RECORDED = `
  SELECT greatest(0, coalesce((r.counts->'counts'->>'updated')::integer, 0) - (
           SELECT count(*) FROM (
             SELECT affiliate_id FROM import_change c WHERE c.organization_id = $1 AND c.import_id = r.id
             UNION
             SELECT e.affiliate_id FROM enrolment e
               JOIN affiliate a ON a.organization_id = $1 AND a.id = e.affiliate_id AND a.import_id IS DISTINCT FROM r.id
              WHERE e.organization_id = $1 AND e.import_id = r.id) AS known))::integer AS people
    FROM import_run r WHERE r.organization_id = $1 AND r.id = $2`;

/** Takes an import back: the exact list first, then in the background, once. */
@Injectable()
export class ImportUndoService {
  /** Writes the list down and says what it comes to; made anew each time until the undoing has begun. */
  async preview(
    work: UnitOfWork,
    importId: string,
    createdBy: string,
  ): Promise<ProgramResult<ImportUndoRow>> {
    const found = await this.#import(work, importId, { lock: true });
    if (!found.ok) return found;
    const before = await findUndo(work, importId);
    if (before !== undefined && before.state !== 'previewed') return granted(before);
    if (!['finished', 'cancelled', 'failed'].includes(found.value.state) || found.value.position === 0)
      return conflict(
        'import_state',
        'Nothing of this file is imported, or the import still runs. Wait for its end, or cancel it.',
      );
    if (before !== undefined) await forgetUndo(work, importId);
    const { tx, organizationId } = work;
    const [made]: { id: string }[] = await tx.query(
      `INSERT INTO import_undo (id, organization_id, import_id, created_by, items, preview)
       VALUES (new_id(), $1, $2, $3, 0, '{}') RETURNING id`,
      [organizationId, importId, createdBy],
    );
    if (made === undefined) throw new Error('An undoing was not stored.');
    await tx.query(LIST, [organizationId, made.id, importId]);
    const tally = new UndoTally();
    let items = 0;
    for (;;) {
      const page = await this.#items(
        work,
        { id: made.id, import_id: importId },
        { after: items, limit: PAGE },
      );
      tally.add(page.map(({ person }) => person));
      items += page.length;
      if (page.length < PAGE) break;
    }
    const [old]: { people: number }[] = await tx.query(NOT_RECORDED, [organizationId, importId]);
    await tx.query(`UPDATE import_undo SET items = $3, preview = $4 WHERE organization_id = $1 AND id = $2`, [
      organizationId,
      made.id,
      items,
      JSON.stringify(tally.preview(old?.people ?? 0)),
    ]);
    return this.get(work, importId);
  }

  async get(work: UnitOfWork, importId: string): Promise<ProgramResult<ImportUndoRow>> {
    const found = await this.#import(work, importId, {});
    if (!found.ok) return found;
    const undo = await findUndo(work, importId);
    return undo === undefined
      ? denied({ reason: 'not_found', what: 'import undo', id: importId })
      : granted(undo);
  }

  /** In the order in which they are undone; one more than `limit`. */
  async people(
    work: UnitOfWork,
    importId: string,
    page: { readonly limit: number; readonly after?: number },
  ): Promise<ProgramResult<readonly UndoItem[]>> {
    const undo = await this.get(work, importId);
    if (!undo.ok) return undo;
    return granted(await this.#items(work, undo.value, { after: page.after ?? 0, limit: page.limit + 1 }));
  }

  /** Begins, or goes on where it was cancelled or failed. */
  async start(
    work: UnitOfWork,
    importId: string,
    expected: number | undefined,
  ): Promise<ProgramResult<ImportUndoRow>> {
    const found = await this.#import(work, importId, { lock: true });
    if (!found.ok) return found;
    const undo = await this.get(work, importId);
    if (!undo.ok || undo.value.state === 'running') return undo;
    const { id, state, preview } = undo.value;
    if (state === 'finished') return conflict('import_undone', 'This import is undone already.');
    const { archived, restored } = preview.people;
    if (archived + restored === 0) return conflict('nothing_to_undo', preview.text);
    if (expected !== undefined && expected !== undo.value.items) {
      const detail = `The list has ${undo.value.items} people, not ${expected}. Look again and send the new number.`;
      return conflict('count_changed', detail, '#/expected');
    }
    const { tx, organizationId } = work;
    if (!(await startJob(tx, { table: 'import_undo', organizationId, id })))
      return conflict('import_state', 'It is about to stop. Try again in a second.');
    return this.get(work, importId);
  }

  /** Stops after the people who are being worked on. What is undone stays undone. */
  async cancel(work: UnitOfWork, importId: string): Promise<ProgramResult<ImportUndoRow>> {
    const undo = await this.get(work, importId);
    if (!undo.ok || undo.value.state === 'cancelled') return undo;
    const { tx, organizationId } = work;
    if (!(await cancelJob(tx, { table: 'import_undo', organizationId, id: undo.value.id })))
      return conflict('import_state', 'It does not run.');
    return this.get(work, importId);
  }

  async #import(
    work: UnitOfWork,
    id: string,
    options: { readonly lock?: boolean },
  ): Promise<ProgramResult<ImportRow>> {
    const found = isUUID(id) ? await readImport(work, id, options) : undefined;
    return found === undefined ? denied({ reason: 'not_found', what: 'import', id }) : granted(found);
  }

  async #items(
    work: UnitOfWork,
    undo: Pick<ImportUndoRow, 'id' | 'import_id'>,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly UndoItem[]> {
    const rows: ItemRow[] = await work.tx.query(
      `SELECT place, affiliate_id, plan, outcome FROM import_undo_item
        WHERE organization_id = $1 AND undo_id = $2 AND place > $3 ORDER BY place LIMIT $4`,
      [work.organizationId, undo.id, page.after, page.limit],
    );
    const open = rows.flatMap((row) => (row.outcome === null ? [row.affiliate_id] : []));
    const planned = await plannedPeople(work, undo.import_id, open);
    return rows.map(({ place, affiliate_id: id, plan, outcome }) => ({
      ...{ place, outcome },
      person: outcome === null ? (planned.get(id) ?? plan) : plan,
    }));
  }
}

/** What undoing means for these people at this moment. */
async function plannedPeople(
  work: UnitOfWork,
  importId: string,
  affiliateIds: readonly string[],
): Promise<ReadonlyMap<string, UndonePerson>> {
  if (affiliateIds.length === 0) return new Map();
  const facts = await undoFacts(work, importId, affiliateIds, { lock: false });
  const copies = await standingCopies(work, importId, affiliateIds);
  return new Map(
    facts.map((one) => [one.affiliateId, undonePerson(undoPlan(one), copies.get(one.affiliateId) ?? [])]),
  );
}

export async function findUndo(
  { tx, organizationId }: UnitOfWork,
  importId: string,
): Promise<ImportUndoRow | undefined> {
  const rows: ImportUndoRow[] = await tx.query(
    `SELECT ${JOB_FIELDS}, import_id, preview FROM import_undo WHERE organization_id = $1 AND import_id = $2`,
    [organizationId, importId],
  );
  return rows[0];
}

/** The list and what it was made from the import's record stays. */
export async function forgetUndo({ tx, organizationId }: UnitOfWork, importId: string): Promise<void> {
  await tx.query(
    `DELETE FROM import_undo_item WHERE organization_id = $1
        AND undo_id IN (SELECT id FROM import_undo WHERE organization_id = $1 AND import_id = $2)`,
    [organizationId, importId],
  );
  await tx.query(`DELETE FROM import_undo WHERE organization_id = $1 AND import_id = $2`, [
    organizationId,
    importId,
  ]);
}

function conflict(code: string, detail: string, pointer = '#'): ProgramResult<never> {
  return denied({ reason: 'conflict', errors: [{ pointer, code, detail }] });
}
