import { Injectable } from '@nestjs/common';

import { EventService, type NewEvent } from '../events/event.service.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { ConversionView } from './conversion-view.js';
import type { RefundView } from './refund.service.js';

/** Tells what was booked, in the transaction that books it. Money in minor units, with its currency beside it. */
@Injectable()
export class ConversionEvents {
  constructor(private readonly events: EventService) {}

  async converted(work: UnitOfWork, conversion: ConversionView): Promise<void> {
    const { orderId, kind, revenue, currency, customerId, country, commission, reason, tier } = conversion;
    await this.#record(work, conversion, 'conversion_recorded', conversion.occurredAt, {
      order_id: orderId,
      kind,
      amount: revenue,
      currency,
      ...(customerId === null ? {} : { customer_id: customerId }),
      ...(country === null ? {} : { country }),
    });
    if (commission === 0) return;
    await this.#record(work, conversion, 'commission_earned', conversion.occurredAt, {
      order_id: orderId,
      amount: commission,
      currency,
      reason,
      ...(tier === null ? {} : { tier }),
    });
  }

  async refunded(work: UnitOfWork, conversion: ConversionView, refund: RefundView): Promise<void> {
    if (refund.reversed === 0) return;
    await this.#record(work, conversion, 'commission_reversed', refund.occurredAt, {
      order_id: conversion.orderId,
      refund_id: refund.refundId,
      amount: refund.reversed,
      currency: conversion.currency,
    });
  }

  async #record(
    work: UnitOfWork,
    { affiliateId, campaignId }: ConversionView,
    name: string,
    occurredAt: string,
    data: NonNullable<NewEvent['data']>,
  ): Promise<void> {
    const recorded = await this.events.record(work, {
      affiliateId,
      campaign: campaignId,
      name,
      occurredAt,
      data,
    });
    if (!recorded.ok) throw new Error(`The event ${name} of a booked conversion was refused.`);
  }
}
