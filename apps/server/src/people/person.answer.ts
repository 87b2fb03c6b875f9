import { ApiProperty } from '@nestjs/swagger';

export class PersonAnswer {
  @ApiProperty({ format: 'uuid', example: '019aa9c1-7b1e-7d32-9a55-0a8f5c1d2e3f' })
  readonly id!: string;

  @ApiProperty({ example: 'ada@example.com' })
  readonly email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  readonly name!: string;
}
