import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

import { UpdateEventTypeRequest } from './update-event-type.request.js';

export class CreateEventTypeRequest extends UpdateEventTypeRequest {
  @ApiProperty({ minLength: 1, maxLength: 100, description: 'Never changes.', example: 'course_finished' })
  @IsString()
  @MaxLength(255)
  readonly name!: string;
}
