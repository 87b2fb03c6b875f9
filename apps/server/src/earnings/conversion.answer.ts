import { ApiProperty } from '@nestjs/swagger';
import { moneyText, type ConversionView, type RefundView } from '@rekomi/programs';

const MONEY = 'In minor units of the currency.';

export class ConversionAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'order-4711' })
  readonly orderId!: string;

  @ApiProperty({ format: 'uuid' })
  readonly affiliateId!: string;

  @ApiProperty({ format: 'uuid' })
  readonly campaignId!: string;

  @ApiProperty({ enum: ['sale', 'renewal'] })
  readonly kind!: 'sale' | 'renewal';

  @ApiProperty({ type: String, nullable: true })
  readonly customerId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'DE' })
  readonly country!: string | null;

  @ApiProperty({ example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ description: MONEY, example: 9900 })
  readonly revenue!: number;

  @ApiProperty({ description: MONEY, example: 0 })
  readonly refunded!: number;

  @ApiProperty({ description: `What the conversion earned. ${MONEY}`, example: 3282 })
  readonly commission!: number;

  @ApiProperty({ description: `Taken back by refunds. ${MONEY}`, example: 0 })
  readonly reversed!: number;

  @ApiProperty({
    example: '15.00 USD once + 18 % of 99.00 USD = 32.82 USD (plan “Standard”)',
    description: 'How the commission came about, in words.',
  })
  readonly reason!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly tier!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly occurredAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}

export class RefundAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'refund-1' })
  readonly refundId!: string;

  @ApiProperty({ description: MONEY, example: 3300 })
  readonly amount!: number;

  @ApiProperty({ description: `Taken back of the commission. ${MONEY}`, example: 1094 })
  readonly reversed!: number;

  @ApiProperty({ format: 'date-time' })
  readonly occurredAt!: string;
}

export class BookedRefundAnswer {
  @ApiProperty({ type: RefundAnswer })
  readonly refund!: RefundAnswer;

  @ApiProperty({ type: ConversionAnswer })
  readonly conversion!: ConversionAnswer;

  @ApiProperty({ example: '10.94 USD were taken back.' })
  readonly summary!: string;
}

export function conversionAnswer({ lines, ...conversion }: ConversionView): ConversionAnswer {
  return conversion;
}

export function bookedRefundAnswer(refund: RefundView, conversion: ConversionView): BookedRefundAnswer {
  const taken = moneyText({ amount: refund.reversed, currency: conversion.currency });
  return { refund, conversion: conversionAnswer(conversion), summary: `${taken} were taken back.` };
}
