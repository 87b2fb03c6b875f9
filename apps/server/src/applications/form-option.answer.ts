import { ApiProperty } from '@nestjs/swagger';

export class FormOptionAnswer {
  @ApiProperty({ example: 'youtube' })
  readonly value!: string;

  @ApiProperty({ example: 'YouTube' })
  readonly label!: string;
}
