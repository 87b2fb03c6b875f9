import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ReplayFilter, ReplayReach } from '@rekomi/sync';

import { CodeAnswer } from '../connections/code.answer.js';
import { ReplayFilterRequest } from './create-replay.request.js';
import { JobAnswer } from '../jobs/job.answer.js';

const REACHES = ['nothing', 'some', 'everything'] as const;

/** Deliveries that have kind, state and code in common. */
export class ReplayCountAnswer {
  @ApiProperty({ enum: ['contact', 'event'] })
  readonly kind!: 'contact' | 'event';

  @ApiProperty({ example: 'refused' })
  readonly state!: string;

  @ApiPropertyOptional({ type: CodeAnswer })
  readonly reason?: CodeAnswer;

  @ApiProperty({ type: 'integer', example: 40 })
  readonly items!: number;
}

export class ReplayConnectionAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'Acme (Customer.io, US)' })
  readonly label!: string;

  @ApiProperty({ description: 'What goes to one that does not send waits.', example: 'verified' })
  readonly state!: string;

  @ApiProperty({ type: 'integer', example: 40 })
  readonly items!: number;
}

/** One item of a replay's list. */
export class ReplayItemAnswer {
  @ApiProperty({
    type: 'integer',
    description: 'In the order in which they are brought, from 1.',
    example: 1,
  })
  readonly place!: number;

  @ApiProperty({ format: 'uuid' })
  readonly connectionId!: string;

  @ApiProperty({ format: 'uuid' })
  readonly affiliateId!: string;

  @ApiProperty({ enum: ['contact', 'event'] })
  readonly kind!: 'contact' | 'event';

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly eventId!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The delivery that is replayed.',
  })
  readonly sourceId!: string | null;

  @ApiProperty({ description: 'How it stood when the list was written down.', example: 'refused' })
  readonly state!: string;

  @ApiPropertyOptional({ type: CodeAnswer })
  readonly reason?: CodeAnswer;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The delivery that brings it again.',
  })
  readonly deliveryId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Why it is not brought: `on_its_way` already, `connection_closed`, or `forgotten` (its contents are no longer kept).',
    example: null,
  })
  readonly passedOver!: string | null;
}

export class DeliveryReplayAnswer extends JobAnswer {
  @ApiProperty({ type: ReplayFilterRequest })
  readonly filter!: ReplayFilterRequest;

  @ApiProperty()
  readonly rewrite!: boolean;

  @ApiProperty({ enum: REACHES, description: '`everything` is started only with `confirm: all`.' })
  readonly reach!: ReplayReach;

  @ApiProperty({
    description: 'What the list comes to, in words.',
    example: 'The filter matches 40 contacts and 12 events at 2 connections.',
  })
  readonly text!: string;

  @ApiProperty({ type: [ReplayCountAnswer], description: 'How they stood when the list was written down.' })
  readonly counts!: readonly ReplayCountAnswer[];

  @ApiProperty({ type: [ReplayConnectionAnswer] })
  readonly connections!: readonly ReplayConnectionAnswer[];

  @ApiProperty({
    type: 'integer',
    description: 'Events that arrived before and whose vendor would record them twice.',
    example: 0,
  })
  readonly wouldRepeat!: number;

  @ApiPropertyOptional({
    type: [ReplayItemAnswer],
    description: 'The first few. Absent in lists of replays.',
  })
  readonly sample?: readonly ReplayItemAnswer[];

  @ApiPropertyOptional({
    type: [ReplayCountAnswer],
    description:
      'What became of those that are done: the states of the deliveries that bring them, `open` for those under way, `passed_over` for those that were not brought. Absent in lists of replays, and before the start.',
  })
  readonly results?: readonly ReplayCountAnswer[];
}

/** The filter in the words of the request. */
export function filterAnswer(filter: ReplayFilter): ReplayFilterRequest {
  const { connectionIds, contactIds, deliveryIds, eventNames, ...rest } = filter;
  return {
    ...rest,
    ...(connectionIds === undefined ? {} : { connections: [...connectionIds] }),
    ...(contactIds === undefined ? {} : { affiliates: [...contactIds] }),
    ...(deliveryIds === undefined ? {} : { deliveries: [...deliveryIds] }),
    ...(eventNames === undefined ? {} : { events: [...eventNames] }),
  } as ReplayFilterRequest;
}
