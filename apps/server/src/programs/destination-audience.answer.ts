import { ApiProperty } from '@nestjs/swagger';

export class DestinationAudienceAnswer {
  @ApiProperty({ description: 'The vendor’s id.', example: '7' })
  readonly id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Affiliates' })
  readonly name!: string | null;

  @ApiProperty({ description: 'True: the connection’s own; false: this campaign’s.', example: true })
  readonly inherited!: boolean;
}
