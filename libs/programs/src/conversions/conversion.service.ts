import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { v7 as newId } from 'uuid';

import { commissionOf, type Commission } from '../commissions/commission.js';
import type { CommissionPlan } from '../commissions/plan.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { ConversionEvents } from './conversion-events.js';
import { type ConversionInput, type ReadConversion, readConversion } from './conversion-input.js';
import {
  CONVERSION_COLUMNS,
  type ConversionRow,
  conversionView,
  type ConversionView,
} from './conversion-view.js';
import { type EarningEnrolment, findReference, lockEarningEnrolment } from './find-enrolment.js';
import { readStanding } from './standing.js';

export interface RecordedConversion {
  readonly conversion: ConversionView;
  /** False: this order was booked before, and nothing was done. */
  readonly created: boolean;
}

export interface ConversionQuery {
  readonly limit: number;
  readonly after?: string;
  readonly affiliateId?: string;
  readonly campaignId?: string;
}

/** Books what affiliates bring, and what they earn by it. */
@Injectable()
export class ConversionService {
  constructor(private readonly events: ConversionEvents) {}

  /**
   * Books a conversion, its commission and the events of both in one transaction. The same order twice is the same
   * conversion; an order id that comes with other figures is refused.
   */
  async record(work: UnitOfWork, input: ConversionInput): Promise<ProgramResult<RecordedConversion>> {
    const read = readConversion(input, new Date());
    if (!read.ok) return read;
    const enrolment = await lockEarningEnrolment(work, input);
    const known = await byOrder(work, read.value.orderId);
    if (known !== undefined) return this.#repeated(work, known, read.value, input);
    if (!enrolment.ok) return enrolment;

    const plan = await planOf(work, enrolment.value.campaignId);
    const commission = await this.#reckon(work, plan, read.value, enrolment.value);
    if (!commission.ok) {
      const { code, detail, field } = commission;
      return denied({ reason: 'invalid', errors: [{ pointer: `#/${field}`, code, detail }] });
    }
    const conversion = await insert(work, read.value, enrolment.value, plan, commission);
    if (conversion === undefined) {
      // Another affiliate's conversion with this order id was booked meanwhile.
      const other = await byOrder(work, read.value.orderId);
      if (other === undefined) throw new Error('A conversion that was in the way cannot be read.');
      return this.#repeated(work, other, read.value, input);
    }
    await this.events.converted(work, conversion);
    return granted({ conversion, created: true });
  }

  async get(work: UnitOfWork, id: string): Promise<ProgramResult<ConversionView>> {
    const rows: ConversionRow[] = isUUID(id)
      ? await work.tx.query(
          `SELECT ${CONVERSION_COLUMNS} FROM conversion WHERE organization_id = $1 AND id = $2`,
          [work.organizationId, id],
        )
      : [];
    const [row] = rows;
    return row === undefined
      ? denied({ reason: 'not_found', what: 'conversion', id })
      : granted(conversionView(row));
  }

  /** Newest first; one more than `limit`, which tells whether there is more. */
  async list(work: UnitOfWork, query: ConversionQuery): Promise<readonly ConversionView[]> {
    const rows: ConversionRow[] = await work.tx.query(
      `SELECT ${CONVERSION_COLUMNS} FROM conversion
        WHERE organization_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::uuid IS NULL OR affiliate_id = $3)
          AND ($4::uuid IS NULL OR campaign_id = $4)
        ORDER BY id DESC LIMIT $5`,
      [
        work.organizationId,
        query.after ?? null,
        query.affiliateId ?? null,
        query.campaignId ?? null,
        query.limit + 1,
      ],
    );
    return rows.map(conversionView);
  }

  /**
   * The same order once more: the same conversion, unless it says something else now. That the affiliate is approved no
   * longer, or elsewhere as well, changes nothing about what is booked.
   */
  async #repeated(
    work: UnitOfWork,
    known: ConversionView,
    read: ReadConversion,
    input: ConversionInput,
  ): Promise<ProgramResult<RecordedConversion>> {
    const reference = await findReference(work, input);
    if (!reference.ok) return reference;
    const { affiliateId, campaignId } = reference.value;
    const same =
      known.affiliateId === affiliateId &&
      (campaignId === null || known.campaignId === campaignId) &&
      known.revenue === read.revenue &&
      known.currency === read.currency &&
      known.kind === read.kind;
    if (same) return granted({ conversion: known, created: false });
    const detail =
      'This order was booked before with another affiliate, campaign, kind, revenue or currency. Nothing was changed; use a refund to correct it.';
    return denied({ reason: 'conflict', errors: [{ pointer: '#/orderId', code: 'order_taken', detail }] });
  }

  async #reckon(
    work: UnitOfWork,
    plan: CommissionPlan | null,
    conversion: ReadConversion,
    enrolment: EarningEnrolment,
  ): Promise<Commission> {
    const { revenue, currency, country, customerId, kind, occurredAt } = conversion;
    if (plan === null) {
      const reason = 'The campaign has no commission plan, so nothing is earned.';
      return { ok: true, earned: { amount: 0, currency }, lines: [], reason };
    }
    return commissionOf(
      plan,
      {
        kind,
        revenue: { amount: revenue, currency },
        occurredAt,
        ...(country === null ? {} : { country }),
        ...(customerId === null ? {} : { customerId }),
      },
      await readStanding(work, enrolment, customerId),
    );
  }
}

async function planOf(
  { tx, organizationId }: UnitOfWork,
  campaignId: string,
): Promise<CommissionPlan | null> {
  const rows: { document: CommissionPlan }[] = await tx.query(
    `SELECT p.document FROM campaign c
       JOIN commission_plan p ON p.organization_id = c.organization_id AND p.id = c.commission_plan_id
      WHERE c.organization_id = $1 AND c.id = $2`,
    [organizationId, campaignId],
  );
  return rows[0]?.document ?? null;
}

async function byOrder(
  { tx, organizationId }: UnitOfWork,
  orderId: string,
): Promise<ConversionView | undefined> {
  const rows: ConversionRow[] = await tx.query(
    `SELECT ${CONVERSION_COLUMNS} FROM conversion WHERE organization_id = $1 AND order_id = $2`,
    [organizationId, orderId],
  );
  return rows[0] === undefined ? undefined : conversionView(rows[0]);
}

async function insert(
  { tx, organizationId }: UnitOfWork,
  read: ReadConversion,
  { affiliateId, campaignId, tier }: EarningEnrolment,
  plan: CommissionPlan | null,
  commission: Commission & { readonly ok: true },
): Promise<ConversionView | undefined> {
  const rows: ConversionRow[] = await tx.query(
    `INSERT INTO conversion (id, organization_id, campaign_id, affiliate_id, order_id, kind, customer_id, country,
         currency, revenue, commission, reason, lines, plan, tier, occurred_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     ON CONFLICT (organization_id, order_id) DO NOTHING RETURNING ${CONVERSION_COLUMNS}`,
    [
      newId(),
      organizationId,
      campaignId,
      affiliateId,
      read.orderId,
      read.kind,
      read.customerId,
      read.country,
      read.currency,
      read.revenue,
      commission.earned.amount,
      commission.reason,
      JSON.stringify(commission.lines),
      plan === null ? null : JSON.stringify(plan),
      tier,
      read.occurredAt.toISOString(),
    ],
  );
  return rows[0] === undefined ? undefined : conversionView(rows[0]);
}
