import { ApiProperty } from '@nestjs/swagger';

export class AllowBlockAnswer {
  @ApiProperty({ type: [String], description: 'Empty: everything is allowed.', example: [] })
  readonly allow!: readonly string[];

  @ApiProperty({ type: [String], description: 'Wins over allow.', example: [] })
  readonly block!: readonly string[];
}
