import { ApiProperty } from '@nestjs/swagger';

export class EventTypeAnswer {
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null for those that are built in.',
  })
  readonly id!: string | null;

  @ApiProperty({ example: 'course_finished' })
  readonly name!: string;

  @ApiProperty({ example: false })
  readonly builtIn!: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'The affiliate finished the starter course.' })
  readonly description!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'JSON Schema of `data`, draft 2020-12 or draft-07; null takes any.',
    example: { type: 'object', properties: { course: { type: 'string' } }, required: ['course'] },
  })
  readonly schema!: Readonly<Record<string, unknown>> | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { course: 'starter' },
  })
  readonly example!: Readonly<Record<string, unknown>> | null;
}
