import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { OPEN_STATES, SETTLED_STATES } from '@rekomi/sync';

import { CodeAnswer } from '../connections/code.answer.js';
import { DeliveryEventAnswer } from './delivery-event.answer.js';
import { DeliveryTargetAnswer } from './delivery-target.answer.js';
import { ReceiptAnswer } from './receipt.answer.js';
import { WarningAnswer } from './warning.answer.js';

/** One thing that was, is or will be brought to a vendor, or told to a webhook endpoint. */
export class DeliveryAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: DeliveryTargetAnswer })
  readonly target!: DeliveryTargetAnswer;

  @ApiPropertyOptional({ format: 'uuid', description: 'Absent when it goes to a webhook endpoint.' })
  readonly connectionId?: string;

  @ApiPropertyOptional({ example: 'Acme (Customer.io, US)' })
  readonly connectionLabel?: string;

  @ApiPropertyOptional({ example: 'customer-io' })
  readonly provider?: string;

  @ApiProperty({ format: 'uuid' })
  readonly affiliateId!: string;

  @ApiProperty({ enum: ['contact', 'event', 'erasure'] })
  readonly kind!: string;

  @ApiProperty({ description: 'Why it came up.', example: 'affiliate_approved' })
  readonly cause!: string;

  @ApiPropertyOptional({ type: DeliveryEventAnswer })
  readonly event?: DeliveryEventAnswer;

  @ApiProperty({ enum: [...OPEN_STATES, ...SETTLED_STATES], example: 'delivered' })
  readonly state!: string;

  @ApiPropertyOptional({ type: CodeAnswer, description: 'Why it is held, refused, tried again.' })
  readonly reason?: CodeAnswer;

  @ApiPropertyOptional({ description: 'The vendor’s name of the field at fault.' })
  readonly field?: string;

  @ApiPropertyOptional()
  readonly detail?: string;

  @ApiProperty({ type: [WarningAnswer] })
  readonly warnings!: readonly WarningAnswer[];

  @ApiProperty({ type: 'integer' })
  readonly attempts!: number;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly nextAttemptAt?: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly settledAt?: string;

  @ApiPropertyOptional({
    type: ReceiptAnswer,
    description: 'Of a contact that was, or is going to be, read back.',
  })
  readonly receipt?: ReceiptAnswer;
}
