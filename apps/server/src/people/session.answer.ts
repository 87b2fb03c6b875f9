import { ApiProperty } from '@nestjs/swagger';

import { OrganizationChoiceAnswer } from './organization-choice.answer.js';
import { PersonAnswer } from './person.answer.js';

export class SessionAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ type: PersonAnswer })
  readonly user!: PersonAnswer;

  @ApiProperty({ type: OrganizationChoiceAnswer, description: 'That the session acts in.' })
  readonly organization!: OrganizationChoiceAnswer;

  @ApiProperty({ type: [OrganizationChoiceAnswer], description: 'All that you belong to.' })
  readonly organizations!: readonly OrganizationChoiceAnswer[];

  @ApiProperty({
    description: 'To be sent as the header `x-csrf-token` with everything that is no GET.',
    example: 'vZ2y7l3bH1kq0mJx5rT8nW4cUe6gYs9aDfPiOoLzXCE',
  })
  readonly csrfToken!: string;
}
