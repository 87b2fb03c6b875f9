import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';

import { moneyText } from '../commissions/money.js';
import { reversalOf } from '../commissions/reversal.js';
import { denied, granted, type InputProblem, type ProgramResult } from '../program-problem.js';
import { readTime } from '../time.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { ConversionEvents } from './conversion-events.js';
import { readId } from './conversion-input.js';
import {
  CONVERSION_COLUMNS,
  type ConversionRow,
  conversionView,
  type ConversionView,
} from './conversion-view.js';

export interface RefundInput {
  readonly orderId: string;
  /** The merchant's own id of the refund: the same one twice is the same refund. */
  readonly refundId: string;
  /** In minor units of the conversion's currency; everything that is left unless told. */
  readonly amount?: number;
  readonly occurredAt?: string;
}

export interface RefundView {
  readonly id: string;
  readonly refundId: string;
  readonly amount: number;
  /** Taken back of the commission, not below zero. */
  readonly reversed: number;
  readonly occurredAt: string;
}

export interface RecordedRefund {
  readonly refund: RefundView;
  readonly conversion: ConversionView;
  readonly created: boolean;
}

interface RefundRow {
  readonly id: string;
  readonly refund_id: string;
  readonly conversion_id: string;
  readonly amount: string;
  readonly reversed: string;
  readonly occurred_at: Date;
}

/** Takes commissions back, in proportion to what was refunded. */
@Injectable()
export class RefundService {
  constructor(private readonly events: ConversionEvents) {}

  async record(work: UnitOfWork, input: RefundInput): Promise<ProgramResult<RecordedRefund>> {
    const now = new Date();
    const errors: InputProblem[] = [];
    const refundId = readId(input.refundId);
    if (refundId === undefined) {
      errors.push({
        pointer: '#/refundId',
        code: 'invalid_value',
        detail: 'An id has 1 to 255 characters.',
      });
    }
    const { amount } = input;
    if (amount !== undefined && (!Number.isSafeInteger(amount) || amount <= 0)) {
      const detail = 'A whole number of minor units above zero. Leave it out to refund all that is left.';
      errors.push({ pointer: '#/amount', code: 'invalid_value', detail });
    }
    const occurredAt = readTime(input.occurredAt, now);
    if (occurredAt === 'invalid') {
      const detail = 'A time of ISO 8601, not in the future: 2026-01-31T12:00:00Z.';
      errors.push({ pointer: '#/occurredAt', code: 'invalid_value', detail });
    }
    if (refundId === undefined || occurredAt === 'invalid' || errors.length > 0) {
      return denied({ reason: 'invalid', errors });
    }
    const conversion = await lockConversion(work, input.orderId);
    if (conversion === undefined) {
      return denied({
        reason: 'not_found',
        what: 'conversion',
        id: input.orderId,
        pointer: '#/orderId',
      });
    }
    const known = await findRefund(work, refundId);
    if (known !== undefined) return repeated(known, conversion, amount);
    const wanted = amount ?? conversion.revenue - conversion.refunded;
    const reversal = reversalOf(conversion, wanted);
    if (!reversal.ok || wanted === 0) {
      const { currency } = conversion;
      const left = moneyText({ amount: conversion.revenue - conversion.refunded, currency });
      const detail = `Of this conversion ${left} are left to refund. Nothing was booked.`;
      return denied({
        reason: 'invalid',
        errors: [{ pointer: '#/amount', code: 'refund_too_large', detail }],
      });
    }
    return this.#book(work, conversion, {
      refundId,
      amount: wanted,
      reversed: Math.abs(reversal.amount),
      occurredAt: occurredAt ?? now,
    });
  }

  async #book(
    work: UnitOfWork,
    conversion: ConversionView,
    refund: { refundId: string; amount: number; reversed: number; occurredAt: Date },
  ): Promise<ProgramResult<RecordedRefund>> {
    const { tx, organizationId } = work;
    const rows: RefundRow[] = await tx.query(
      `INSERT INTO refund (id, organization_id, conversion_id, refund_id, amount, reversed, occurred_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organization_id, refund_id) DO NOTHING
       RETURNING id, refund_id, conversion_id, amount, reversed, occurred_at`,
      [
        newId(),
        organizationId,
        conversion.id,
        refund.refundId,
        refund.amount,
        refund.reversed,
        refund.occurredAt.toISOString(),
      ],
    );
    const [row] = rows;
    if (row === undefined) return taken();
    const [updated]: [ConversionRow[], number] = await tx.query(
      `UPDATE conversion SET refunded = refunded + $3, reversed = reversed + $4
        WHERE organization_id = $1 AND id = $2 RETURNING ${CONVERSION_COLUMNS}`,
      [organizationId, conversion.id, refund.amount, refund.reversed],
    );
    const [after] = updated;
    if (after === undefined) throw new Error('A locked conversion cannot be changed.');
    const view = refundView(row);
    await this.events.refunded(work, conversionView(after), view);
    return granted({ refund: view, conversion: conversionView(after), created: true });
  }
}

/** Refunds of one conversion are booked one after the other. */
async function lockConversion(
  { tx, organizationId }: UnitOfWork,
  orderId: string,
): Promise<ConversionView | undefined> {
  const rows: ConversionRow[] = await tx.query(
    `SELECT ${CONVERSION_COLUMNS} FROM conversion WHERE organization_id = $1 AND order_id = $2 FOR NO KEY UPDATE`,
    [organizationId, readId(orderId) ?? ''],
  );
  return rows[0] === undefined ? undefined : conversionView(rows[0]);
}

async function findRefund(
  { tx, organizationId }: UnitOfWork,
  refundId: string,
): Promise<RefundRow | undefined> {
  const rows: RefundRow[] = await tx.query(
    `SELECT id, refund_id, conversion_id, amount, reversed, occurred_at FROM refund
      WHERE organization_id = $1 AND refund_id = $2`,
    [organizationId, refundId],
  );
  return rows[0];
}

function repeated(
  known: RefundRow,
  conversion: ConversionView,
  amount: number | undefined,
): ProgramResult<RecordedRefund> {
  const same =
    known.conversion_id === conversion.id && (amount === undefined || Number(known.amount) === amount);
  return same ? granted({ refund: refundView(known), conversion, created: false }) : taken();
}

function taken(): ProgramResult<never> {
  const detail =
    'This refund id was booked before for another order or with another amount. Nothing was changed.';
  return denied({ reason: 'conflict', errors: [{ pointer: '#/refundId', code: 'refund_taken', detail }] });
}

function refundView(row: RefundRow): RefundView {
  return {
    id: row.id,
    refundId: row.refund_id,
    amount: Number(row.amount),
    reversed: Number(row.reversed),
    occurredAt: row.occurred_at.toISOString(),
  };
}
