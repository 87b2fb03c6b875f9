import { ApiProperty } from '@nestjs/swagger';

import { RoutedEventAnswer } from './routed-event.answer.js';

export class EventRulesAnswer {
  @ApiProperty({ enum: ['all', 'chosen'], example: 'chosen' })
  readonly mode!: 'all' | 'chosen';

  @ApiProperty({ type: [String], example: ['affiliate_approved', 'commission_earned'] })
  readonly chosen!: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { commission_earned: 'Commission earned' },
  })
  readonly names!: Readonly<Record<string, string>>;

  @ApiProperty({
    type: [RoutedEventAnswer],
    description: 'What that means for every event of the catalogue.',
  })
  readonly events!: readonly RoutedEventAnswer[];
}
