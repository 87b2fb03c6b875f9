import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString } from 'class-validator';

import { IfGiven } from '../programs/if-present.js';

const PLACEHOLDERS =
  'Placeholders: {{first_name}}, {{name}}, {{campaign}}, {{organization}}, {{invite_url}}, {{expires_on}}.';

export class InviteMailRequest {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: `At most 200 characters. ${PLACEHOLDERS}`,
    example: 'Join {{campaign}}',
  })
  @IfGiven()
  @IsString()
  readonly subject?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: `Plain text with {{invite_url}} in it, at most 10,000 characters. A line for unsubscribing is added. ${PLACEHOLDERS}`,
    example: 'Hello {{first_name}}, this is your personal link: {{invite_url}}',
  })
  @IfGiven()
  @IsString()
  readonly text?: string | null;
}
