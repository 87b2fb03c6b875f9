import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { CodeAnswer } from '../connections/code.answer.js';
import { PreviewedRequestAnswer } from './previewed-request.answer.js';

export class PreviewedWarningAnswer {
  @ApiProperty()
  readonly code!: string;

  @ApiPropertyOptional()
  readonly field?: string;

  @ApiProperty()
  readonly detail!: string;
}

export class PreviewedPersonAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly affiliateId!: string;

  @ApiProperty({ example: 'ada@example.com' })
  readonly email!: string;

  @ApiProperty({ enum: ['add', 'update', 'take_back', 'nothing'] })
  readonly action!: string;

  @ApiProperty({ description: 'The first sync leaves this person out; shown is what is sent once they go.' })
  readonly leftOut!: boolean;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'What the vendor’s copy is to be in the end: address, names, tags, audiences, attributes.',
  })
  readonly wanted?: object;

  @ApiProperty({ type: [PreviewedRequestAnswer], description: 'In order.' })
  readonly requests!: readonly PreviewedRequestAnswer[];

  @ApiProperty({
    description:
      'After the last request further ones may follow. What they are depends on the vendor’s answer to it, which only sending it would bring.',
  })
  readonly moreMayFollow!: boolean;

  @ApiPropertyOptional({ description: 'How it ends without a request that could change something.' })
  readonly outcome?: string;

  @ApiPropertyOptional({ type: CodeAnswer, description: 'Why nothing would be sent.' })
  readonly reason?: CodeAnswer;

  @ApiPropertyOptional({ description: 'The vendor’s name of the field at fault.' })
  readonly field?: string;

  @ApiPropertyOptional()
  readonly vendorMessage?: string;

  @ApiProperty({ type: [PreviewedWarningAnswer] })
  readonly warnings!: readonly PreviewedWarningAnswer[];
}
