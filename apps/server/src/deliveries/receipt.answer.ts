import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { RECEIPT_STATES } from '@rekomi/sync';

import { CodeAnswer } from '../connections/code.answer.js';
import { DeviationAnswer } from './deviation.answer.js';

/** What came of reading an accepted contact write back. A fact beside the delivery, whose state stays what it is. */
export class ReceiptAnswer {
  @ApiProperty({
    enum: RECEIPT_STATES,
    description:
      '`owed`: is going to be read back. `confirmed`: read back, and equal. `ignored`: looked for several times, and not, or not wholly, there. `undecided`: the vendor could not be asked, which proves nothing.',
  })
  readonly state!: string;

  @ApiProperty({
    enum: ['first', 'sampled'],
    description: '`first`: one of the first ten of the connection.',
  })
  readonly chosen!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  readonly decidedAt?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Not before then.' })
  readonly nextLookAt?: string;

  @ApiPropertyOptional({ type: CodeAnswer, description: 'Why it is ignored or undecided.' })
  readonly reason?: CodeAnswer;

  @ApiPropertyOptional({
    description: 'Of one that is ignored: what this vendor is known to drop without a word.',
    example: 'beehiiv discards custom fields that the publication does not have, without a word.',
  })
  readonly likelyCause?: string;

  @ApiProperty({ type: [DeviationAnswer], description: 'What did not arrive, or has another value there.' })
  readonly deviations!: readonly DeviationAnswer[];

  @ApiProperty({
    type: [String],
    description: 'Parts of what was written that this vendor does not show: `field`, `tag`, `audience`.',
    example: ['tag'],
  })
  readonly untold!: readonly string[];
}
