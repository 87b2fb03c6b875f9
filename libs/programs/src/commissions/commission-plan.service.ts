import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { v7 as newId } from 'uuid';

import { findCampaign } from '../campaigns/find-campaign.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { CommissionPlan } from './plan.js';
import { type PlanInput, readPlan } from './plan-input.js';

export interface StoredPlan {
  readonly id: string;
  readonly plan: CommissionPlan;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface PlanRow {
  readonly id: string;
  readonly document: CommissionPlan;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = 'id, document, created_at, updated_at';

/** Plans that campaigns pay by. A change holds for conversions from then on; earlier ones keep what they earned. */
@Injectable()
export class CommissionPlanService {
  async create(work: UnitOfWork, input: PlanInput): Promise<ProgramResult<StoredPlan>> {
    const plan = readPlan(input);
    if (!plan.ok) return plan;
    const rows: PlanRow[] = await work.tx.query(
      `INSERT INTO commission_plan (id, organization_id, name, document) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
      [newId(), work.organizationId, plan.value.name, JSON.stringify(plan.value)],
    );
    return granted(storedPlan(first(rows)));
  }

  async get(work: UnitOfWork, id: string): Promise<ProgramResult<StoredPlan>> {
    const rows: PlanRow[] = isUUID(id)
      ? await work.tx.query(`SELECT ${COLUMNS} FROM commission_plan WHERE organization_id = $1 AND id = $2`, [
          work.organizationId,
          id,
        ])
      : [];
    const [row] = rows;
    return row === undefined ? unknownPlan(id) : granted(storedPlan(row));
  }

  /** Newest first; one more than `limit`, which tells whether there is more. */
  async list(
    work: UnitOfWork,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly StoredPlan[]> {
    const rows: PlanRow[] = await work.tx.query(
      `SELECT ${COLUMNS} FROM commission_plan WHERE organization_id = $1 AND ($2::uuid IS NULL OR id < $2)
        ORDER BY id DESC LIMIT $3`,
      [work.organizationId, page.after ?? null, page.limit + 1],
    );
    return rows.map(storedPlan);
  }

  async replace(work: UnitOfWork, id: string, input: PlanInput): Promise<ProgramResult<StoredPlan>> {
    const plan = readPlan(input);
    if (!plan.ok) return plan;
    if (!isUUID(id)) return unknownPlan(id);
    const [rows]: [PlanRow[], number] = await work.tx.query(
      `UPDATE commission_plan SET name = $3, document = $4, updated_at = now()
        WHERE organization_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [work.organizationId, id, plan.value.name, JSON.stringify(plan.value)],
    );
    const [row] = rows;
    return row === undefined ? unknownPlan(id) : granted(storedPlan(row));
  }

  /** The plan that a campaign pays by from now on; null: none, conversions are booked and earn nothing. */
  async assign(
    work: UnitOfWork,
    campaign: string,
    planId: string | null,
  ): Promise<ProgramResult<StoredPlan | null>> {
    const found = await findCampaign(work, campaign);
    if (!found.ok) return found;
    const plan = planId === null ? granted(null) : await this.get(work, planId);
    if (!plan.ok) {
      return denied({
        reason: 'not_found',
        what: 'commission plan',
        id: planId ?? '',
        pointer: '#/commissionPlanId',
      });
    }
    await work.tx.query(
      `UPDATE campaign SET commission_plan_id = $3, updated_at = now() WHERE organization_id = $1 AND id = $2`,
      [work.organizationId, found.value.id, planId],
    );
    return plan;
  }
}

function unknownPlan(id: string): ProgramResult<never> {
  return denied({ reason: 'not_found', what: 'commission plan', id });
}

function storedPlan(row: PlanRow): StoredPlan {
  return {
    id: row.id,
    plan: row.document,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function first<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('INSERT returned no row.');
  return row;
}
