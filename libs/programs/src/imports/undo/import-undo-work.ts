import { Injectable } from '@nestjs/common';
import { type JobWork, SyncOutbox } from '@rekomi/sync';
import type { EntityManager } from 'typeorm';

import { ContactFanOut } from '../../enrolments/contact-fan-out.js';
import { DecisionEffects } from '../../enrolments/decision-effects.js';
import { DecisionFanOut } from '../../enrolments/decision-fan-out.js';
import { UnitOfWork } from '../../unit-of-work.js';
import { applyUndo } from './undo-apply.js';
import { standingCopies, undoFacts } from './undo-facts.js';
import { undonePerson } from './undo-person.js';
import { hasWork, undoPlan } from './undo-plan.js';

const CHUNK = 500;

const PART = `
  SELECT i.place, i.affiliate_id, u.import_id, r.file_name
    FROM import_undo_item i
    JOIN import_undo u ON u.organization_id = $1 AND u.id = i.undo_id
    JOIN import_run r ON r.organization_id = $1 AND r.id = u.import_id
   WHERE i.organization_id = $1 AND i.undo_id = $2 AND i.place > $3 ORDER BY i.place LIMIT $4`;

const NOTE = `
  UPDATE import_undo_item i SET outcome = n.outcome, plan = n.plan::jsonb, left_alone = n.plan::jsonb->'leftAlone'
    FROM unnest($3::integer[], $4::text[], $5::text[]) AS n(place, outcome, plan)
   WHERE i.organization_id = $1 AND i.undo_id = $2 AND i.place = n.place`;

/** Undoes an import, some people per transaction. What each comes to is decided then, under locks, and kept. */
@Injectable()
export class ImportUndoWork implements JobWork {
  readonly table = 'import_undo';
  readonly chunk = CHUNK;
  readonly #woken = new Set<string>();

  constructor(
    private readonly decisions: DecisionEffects,
    private readonly contacts: ContactFanOut,
    private readonly fanOut: DecisionFanOut,
    private readonly outbox: SyncOutbox,
  ) {}

  async work(
    tx: EntityManager,
    { organizationId, id }: { readonly organizationId: string; readonly id: string },
    done: number,
  ): Promise<number> {
    const work = new UnitOfWork(tx, organizationId);
    const rows: { place: number; affiliate_id: string; import_id: string; file_name: string }[] =
      await tx.query(PART, [organizationId, id, done, this.chunk]);
    const [first] = rows;
    if (first === undefined) return 0;
    const { import_id: importId, file_name: fileName } = first;
    const ids = rows.map((row) => row.affiliate_id);
    const facts = await undoFacts(work, importId, ids, { lock: true });
    const copies = await standingCopies(work, importId, ids);
    const plans = facts.map((one) => ({ facts: one, plan: undoPlan(one) }));
    const people = plans.map(({ plan }) => undonePerson(plan, copies.get(plan.affiliateId) ?? []));
    const { decisions, contacts, fanOut } = this;
    await applyUndo(work, plans, { decisions, contacts, fanOut }, `The import of ${fileName} was undone.`);
    await tx.query(NOTE, [
      organizationId,
      id,
      rows.map(({ place }) => place),
      plans.map(({ plan }) => (hasWork(plan) ? 'undone' : 'left_alone')),
      people.map((person) => JSON.stringify(person)),
    ]);
    for (const connectionId of work.connections) this.#woken.add(connectionId);
    return rows.length;
  }

  /** A wake too many, after a transaction that was undone, does no harm. */
  committed(): void {
    this.outbox.wake([...this.#woken]);
    this.#woken.clear();
  }
}
