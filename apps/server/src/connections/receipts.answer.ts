import { ApiProperty } from '@nestjs/swagger';

/** How far what a vendor accepts is read back. */
export class ReceiptsAnswer {
  @ApiProperty({ description: 'Whether the vendor can be asked about one contact at all.' })
  readonly canBeRead!: boolean;

  @ApiProperty({
    description: 'Of accepted contact writes, how many in a hundred are read back after the first ten.',
    minimum: 0,
    maximum: 100,
    example: 1,
  })
  readonly percent!: number;

  @ApiProperty({
    example: 'The first 10 accepted contacts are read back, and 1 % of the later ones.',
  })
  readonly text!: string;
}
