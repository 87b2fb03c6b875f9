import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';

import { EventService } from '../events/event.service.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import type { UnitOfWork } from '../unit-of-work.js';

export interface PayoutInput {
  /** The payer's account of the affiliate. */
  readonly stripeAccountId: string;
  /** The payer's own id: the same one in the same state is told once. */
  readonly externalId: string;
  readonly state: 'sent' | 'failed';
  /** In minor units. */
  readonly amount: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** Why it failed, in the payer's words. */
  readonly reason?: string;
  readonly occurredAt: Date;
}

export interface PayoutView {
  readonly id: string;
  readonly affiliateId: string;
  readonly externalId: string;
  readonly state: 'sent' | 'failed';
  readonly amount: number;
  readonly currency: string;
  readonly reason: string | null;
  readonly occurredAt: string;
  readonly createdAt: string;
}

export interface RecordedPayout {
  readonly payout: PayoutView;
  readonly created: boolean;
}

interface PayoutRow extends Omit<PayoutView, 'amount' | 'occurredAt' | 'createdAt'> {
  readonly amount: string;
  readonly occurredAt: Date;
  readonly createdAt: Date;
}

const COLUMNS = `id, affiliate_id AS "affiliateId", external_id AS "externalId", state, amount, currency, reason,
  occurred_at AS "occurredAt", created_at AS "createdAt"`;

/** Money that reached affiliates, or did not, as the payer tells. */
@Injectable()
export class PayoutService {
  constructor(private readonly events: EventService) {}

  /** Stores the payout and its event in one transaction. What arrives twice is told once. */
  async record(work: UnitOfWork, input: PayoutInput): Promise<ProgramResult<RecordedPayout>> {
    const { tx, organizationId } = work;
    const people: { id: string }[] = await tx.query(
      `SELECT id FROM affiliate WHERE organization_id = $1 AND stripe_account_id = $2`,
      [organizationId, input.stripeAccountId],
    );
    const [person] = people;
    if (person === undefined) {
      return denied({
        reason: 'not_found',
        what: 'affiliate',
        id: input.stripeAccountId,
        pointer: '#/account',
      });
    }
    const rows: PayoutRow[] = await tx.query(
      `INSERT INTO payout (id, organization_id, affiliate_id, external_id, state, amount, currency, reason, occurred_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (organization_id, external_id, state) DO NOTHING RETURNING ${COLUMNS}`,
      [
        newId(),
        organizationId,
        person.id,
        input.externalId,
        input.state,
        input.amount,
        input.currency,
        input.reason ?? null,
        input.occurredAt.toISOString(),
      ],
    );
    const [row] = rows;
    if (row === undefined) return granted({ payout: await this.#existing(work, input), created: false });
    const payout = payoutView(row);
    await this.#tell(work, payout);
    return granted({ payout, created: true });
  }

  /** Newest first; one more than `limit`, which tells whether there is more. */
  async list(
    { tx, organizationId }: UnitOfWork,
    query: { readonly limit: number; readonly after?: string; readonly affiliateId?: string },
  ): Promise<readonly PayoutView[]> {
    const rows: PayoutRow[] = await tx.query(
      `SELECT ${COLUMNS} FROM payout
        WHERE organization_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::uuid IS NULL OR affiliate_id = $3)
        ORDER BY id DESC LIMIT $4`,
      [organizationId, query.after ?? null, query.affiliateId ?? null, query.limit + 1],
    );
    return rows.map(payoutView);
  }

  /** @param account null takes it away. */
  async setStripeAccount(
    { tx, organizationId }: UnitOfWork,
    affiliateId: string,
    account: string | null,
  ): Promise<ProgramResult<undefined>> {
    if (account !== null) {
      const others: { id: string }[] = await tx.query(
        `SELECT id FROM affiliate WHERE organization_id = $1 AND stripe_account_id = $2 AND id <> $3::uuid`,
        [organizationId, account, affiliateId],
      );
      if (others.length > 0) {
        const detail = 'Another affiliate is paid out by this account. Take it away there first.';
        return denied({
          reason: 'conflict',
          errors: [{ pointer: '#/stripeAccountId', code: 'account_taken', detail }],
        });
      }
    }
    const [rows]: [unknown[], number] = await tx.query(
      `UPDATE affiliate SET stripe_account_id = $3, updated_at = now() WHERE organization_id = $1 AND id = $2 RETURNING id`,
      [organizationId, affiliateId, account],
    );
    return rows.length === 0
      ? denied({ reason: 'not_found', what: 'affiliate', id: affiliateId })
      : granted(undefined);
  }

  async #existing({ tx, organizationId }: UnitOfWork, input: PayoutInput): Promise<PayoutView> {
    const rows: PayoutRow[] = await tx.query(
      `SELECT ${COLUMNS} FROM payout WHERE organization_id = $1 AND external_id = $2 AND state = $3`,
      [organizationId, input.externalId, input.state],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('A payout that was in the way cannot be read.');
    return payoutView(row);
  }

  async #tell(work: UnitOfWork, payout: PayoutView): Promise<void> {
    const { affiliateId, externalId, state, amount, currency, reason, occurredAt } = payout;
    const told = await this.events.record(work, {
      affiliateId,
      name: state === 'sent' ? 'payout_sent' : 'payout_failed',
      occurredAt,
      data: { payout_id: externalId, amount, currency, ...(reason === null ? {} : { reason }) },
    });
    if (!told.ok) throw new Error('The event of a stored payout was refused.');
  }
}

function payoutView(row: PayoutRow): PayoutView {
  return {
    ...row,
    amount: Number(row.amount),
    occurredAt: row.occurredAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}
