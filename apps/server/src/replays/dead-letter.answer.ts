import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { DeliveryAnswer } from '../deliveries/delivery.answer.js';

export class DiscardedAnswer {
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiProperty({ example: 'Ops script' })
  readonly by!: string;

  @ApiProperty({ example: 'Left the programme in October.' })
  readonly note!: string;
}

/** A delivery that did not arrive and will not by itself. */
export class DeadLetterAnswer extends DeliveryAnswer {
  @ApiProperty({ type: 'integer', description: 'Events that wait behind it.', example: 3 })
  readonly waiting!: number;

  @ApiPropertyOptional({ type: DiscardedAnswer })
  readonly discarded?: DiscardedAnswer;
}

const OUTCOMES = ['retried', 'discarded', 'failed'] as const;
const CODES = ['not_found', 'on_its_way', 'connection_closed', 'forgotten'] as const;

/** What became of one id. */
export class DeadLetterOutcomeAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly deliveryId!: string;

  @ApiProperty({ enum: OUTCOMES, example: 'retried' })
  readonly outcome!: (typeof OUTCOMES)[number];

  @ApiPropertyOptional({ format: 'uuid', description: 'The delivery that brings it again.' })
  readonly newDeliveryId?: string;

  @ApiPropertyOptional({ enum: CODES, description: 'Why not, when it failed.' })
  readonly code?: (typeof CODES)[number];
}

/** One result per id, in the order of the ids; the counts add up to their number. */
export class DeadLetterOutcomesAnswer {
  @ApiProperty({ type: 'integer', description: 'Retried or discarded by this call.', example: 1 })
  readonly done!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  readonly failed!: number;

  @ApiProperty({ type: [DeadLetterOutcomeAnswer] })
  readonly results!: readonly DeadLetterOutcomeAnswer[];
}
