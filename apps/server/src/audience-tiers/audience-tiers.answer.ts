import { ApiProperty } from '@nestjs/swagger';

import { CodeAnswer } from '../connections/code.answer.js';

export class ReadConnectionAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'Acme (Customer.io, US)' })
  readonly label!: string;

  @ApiProperty({ example: 'customer-io' })
  readonly provider!: string;

  @ApiProperty({ example: 'verified' })
  readonly state!: string;
}

export class ReadAudienceAnswer {
  @ApiProperty({ example: '12' })
  readonly id!: string;

  @ApiProperty({ example: 'Power users' })
  readonly name!: string;
}

export class AudienceTierAnswer {
  @ApiProperty({ type: ReadAudienceAnswer })
  readonly audience!: ReadAudienceAnswer;

  @ApiProperty({ example: 'gold' })
  readonly tier!: string;
}

export class WatchedPeopleAnswer {
  @ApiProperty({ type: 'integer', description: 'Approved in the campaign.', example: 240 })
  readonly watched!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Of these, whose audiences were read at least once.',
    example: 238,
  })
  readonly read!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Whose latest look came to nothing. What was known of them still holds.',
    example: 0,
  })
  readonly failing!: number;
}

export class LookFailureAnswer {
  @ApiProperty({ type: CodeAnswer })
  readonly reason!: CodeAnswer;

  @ApiProperty({ format: 'date-time' })
  readonly at!: string;
}

export class AudienceTiersAnswer {
  @ApiProperty({ type: ReadConnectionAnswer })
  readonly connection!: ReadConnectionAnswer;

  @ApiProperty({ type: [AudienceTierAnswer], description: 'The highest tier first.' })
  readonly tiers!: readonly AudienceTierAnswer[];

  @ApiProperty({ type: 'integer', example: 24 })
  readonly refreshHours!: number;

  @ApiProperty({ type: WatchedPeopleAnswer })
  readonly people!: WatchedPeopleAnswer;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The oldest of what is known; null until everybody was looked at.',
  })
  readonly oldestReadAt!: string | null;

  @ApiProperty({ type: LookFailureAnswer, nullable: true })
  readonly latestFailure!: LookFailureAnswer | null;

  @ApiProperty({ type: [String], description: 'What is probably not meant so.' })
  readonly warnings!: readonly string[];

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}

export class CampaignAudienceTiersAnswer {
  @ApiProperty({
    type: AudienceTiersAnswer,
    nullable: true,
    description: 'Null: no tier of this campaign follows from an audience.',
  })
  readonly audienceTiers!: AudienceTiersAnswer | null;
}
