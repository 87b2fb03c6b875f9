import { ApiProperty } from '@nestjs/swagger';
import { IsObject, IsString, MaxLength } from 'class-validator';

export class SubmitApplicationRequest {
  @ApiProperty({
    description:
      '`revision` of the form that the person saw, so that the wording of a consent is beyond doubt.',
    example: '3f9a0c5d1e2b4a68',
  })
  @IsString()
  @MaxLength(100)
  readonly revision!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'By the keys of the fields: texts; numbers; lists of values for checkboxes; true or false for consents; objects for addresses.',
    example: { firstName: 'Jane', lastName: 'Doe', email: 'jane@example.com', consent: true },
  })
  @IsObject()
  readonly answers!: Record<string, unknown>;
}
