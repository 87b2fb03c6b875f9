import { ApiProperty } from '@nestjs/swagger';

export class DestinationAudienceAnswer {
  @ApiProperty({ description: 'The vendor’s id.', example: '7' })
  readonly id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Affiliates' })
  readonly name!: string | null;
}
