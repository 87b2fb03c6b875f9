import { ApiProperty } from '@nestjs/swagger';

/** Contacts, counted up to a thousand. */
export class BacklogAnswer {
  @ApiProperty({ type: 'integer', example: 12 })
  readonly count!: number;

  @ApiProperty({ description: 'There may be more than were counted.' })
  readonly atLeast!: boolean;
}
