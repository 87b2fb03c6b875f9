import { ApiProperty } from '@nestjs/swagger';
import { type AnswerValue, FIELD_TYPES, type FieldType } from '@rekomi/programs';

export class AnswerAnswer {
  @ApiProperty({ example: 'country' })
  readonly key!: string;

  @ApiProperty({ enum: FIELD_TYPES, example: 'country' })
  readonly type!: FieldType;

  @ApiProperty({ description: 'The question as it was asked then.', example: 'Country' })
  readonly label!: string;

  @ApiProperty({
    oneOf: [
      { type: 'string' },
      { type: 'number' },
      { type: 'boolean' },
      { type: 'array', items: { type: 'string' } },
      { type: 'object', additionalProperties: { type: 'string' } },
    ],
    description:
      'Telephone numbers as E.164, countries as ISO 3166-1 alpha-2, days as YYYY-MM-DD, choices by their value.',
    example: 'DE',
  })
  readonly value!: AnswerValue;

  @ApiProperty({ description: 'The same for people to read.', example: 'Germany' })
  readonly text!: string;
}
