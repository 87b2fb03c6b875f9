import { Injectable } from '@nestjs/common';

import { EventService, type NewEvent } from '../events/event.service.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { ConversionView } from './conversion-view.js';
import type { RefundView } from './refund.service.js';

type Told = Pick<NewEvent, 'name' | 'data'>;

/** Tells what was booked, in the transaction that books it. Money in minor units, with its currency beside it. */
@Injectable()
export class ConversionEvents {
  constructor(private readonly events: EventService) {}

  async converted(work: UnitOfWork, conversion: ConversionView): Promise<void> {
    const { orderId, kind, revenue, currency, customerId, country, commission, reason, tier } = conversion;
    const recorded: Told = {
      name: 'conversion_recorded',
      data: {
        order_id: orderId,
        kind,
        amount: revenue,
        currency,
        ...(customerId === null ? {} : { customer_id: customerId }),
        ...(country === null ? {} : { country }),
      },
    };
    const earned: Told = {
      name: 'commission_earned',
      data: { order_id: orderId, amount: commission, currency, reason, ...(tier === null ? {} : { tier }) },
    };
    await this.#tell(
      work,
      conversion,
      conversion.occurredAt,
      commission === 0 ? [recorded] : [recorded, earned],
    );
  }

  async refunded(work: UnitOfWork, conversion: ConversionView, refund: RefundView): Promise<void> {
    if (refund.reversed === 0) return;
    const data = {
      order_id: conversion.orderId,
      refund_id: refund.refundId,
      amount: refund.reversed,
      currency: conversion.currency,
    };
    await this.#tell(work, conversion, refund.occurredAt, [{ name: 'commission_reversed', data }]);
  }

  async #tell(
    work: UnitOfWork,
    { affiliateId, campaignId }: ConversionView,
    occurredAt: string,
    told: readonly Told[],
  ): Promise<void> {
    const recorded = await this.events.recordAll(
      work,
      told.map((one) => ({ ...one, affiliateId, campaign: campaignId, occurredAt })),
    );
    if (!recorded.ok) throw new Error('The events of a booked conversion were refused.');
  }
}
