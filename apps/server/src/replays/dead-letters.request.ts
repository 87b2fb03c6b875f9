import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsString, IsUUID, Length } from 'class-validator';

const MOST = 500;

export class RetryDeadLettersRequest {
  @ApiProperty({
    type: [String],
    description: 'Ids of deliveries.',
    minItems: 1,
    maxItems: MOST,
    example: ['019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  readonly deliveryIds!: readonly string[];
}

export class DiscardDeadLettersRequest extends RetryDeadLettersRequest {
  @ApiProperty({
    description: 'Why these need not arrive. It is kept and shown with them.',
    minLength: 1,
    maxLength: 1000,
    example: 'Left the programme in October.',
  })
  @IsString()
  @Length(1, 1000)
  readonly note!: string;
}
