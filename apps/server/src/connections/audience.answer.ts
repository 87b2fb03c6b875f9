import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class AudienceAnswer {
  @ApiProperty({ description: 'The vendor’s id.', example: '7' })
  readonly id!: string;

  @ApiProperty({ example: 'Affiliates' })
  readonly name!: string;

  @ApiPropertyOptional({ type: 'integer', description: 'Where the vendor tells it.' })
  readonly size?: number;

  @ApiPropertyOptional({
    enum: [true],
    description: 'Its members are computed by the vendor: nobody can be added, but who is in it can be read.',
  })
  readonly ruleBased?: true;
}
