import { ApiPropertyOptional } from '@nestjs/swagger';

import { ConnectionAnswer } from './connection.answer.js';
import { VerificationAnswer } from './verification.answer.js';

/** A connection after something was done to it. */
export class ConnectionOutcomeAnswer extends ConnectionAnswer {
  @ApiPropertyOptional({ type: [String], description: 'What was accepted all the same.' })
  readonly warnings?: readonly string[];

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Contacts that are brought to the new configuration.',
  })
  readonly contactsQueued?: number;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Contacts from whom what we wrote is being taken back.',
  })
  readonly contactsToTakeBack?: number;

  @ApiPropertyOptional({ type: VerificationAnswer })
  readonly verification?: VerificationAnswer;
}
