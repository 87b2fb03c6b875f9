import { ApiProperty } from '@nestjs/swagger';
import { DATE_FORMATS, type DateFormat, STATUS_CHOICES, type StatusChoice } from '@rekomi/programs';

export class ImportSuggestionAnswer {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: [...STATUS_CHOICES] },
    description:
      'What the statuses in the file most likely mean here, by the status in lower case. Statuses that nobody could know are not among them.',
    example: { active: 'approved', suspended: 'rejected' },
  })
  readonly statuses!: Readonly<Record<string, StatusChoice>>;

  @ApiProperty({
    enum: DATE_FORMATS,
    nullable: true,
    description: 'Null when there are no dates, or their format cannot be told from the samples.',
    example: 'iso',
  })
  readonly dates!: DateFormat | null;
}
