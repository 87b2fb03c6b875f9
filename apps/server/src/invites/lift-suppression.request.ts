import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';

export class LiftSuppressionRequest {
  @ApiProperty({
    description: 'Kept with the record; at most 500 characters.',
    example: 'She asked to be invited again.',
  })
  @IsString()
  readonly reason!: string;
}
