import { ApiProperty } from '@nestjs/swagger';

/** How many people were found how. */
export class ReconciliationCountsAnswer {
  @ApiProperty({ type: 'integer', description: 'Looked at so far.', example: 200 })
  readonly looked!: number;

  @ApiProperty({ type: 'integer', description: 'Still to be looked at.', example: 0 })
  readonly waiting!: number;

  @ApiProperty({ type: 'integer', description: 'As they were written.', example: 190 })
  readonly same!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Something of ours is missing there or has another value.',
    example: 7,
  })
  readonly drifted!: number;

  @ApiProperty({ type: 'integer', description: 'Nobody is there under the address.', example: 2 })
  readonly missing!: number;

  @ApiProperty({ type: 'integer', description: 'The vendor could not be asked.', example: 1 })
  readonly unread!: number;

  @ApiProperty({ type: 'integer', description: 'Taken back before their turn came.', example: 0 })
  readonly takenBack!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Unsubscribed, bounced or suppressed at the vendor: theirs to decide, and no drift.',
    example: 3,
  })
  readonly unsubscribed!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Of the drifted: no longer in an audience that we put them in.',
    example: 1,
  })
  readonly leftAudiences!: number;

  @ApiProperty({ type: 'integer', description: 'Written again by a repair.', example: 9 })
  readonly repaired!: number;
}
