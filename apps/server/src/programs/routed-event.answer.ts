import { ApiProperty } from '@nestjs/swagger';

export class RoutedEventAnswer {
  @ApiProperty({ example: 'commission_earned' })
  readonly name!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Its name in the tool; null: it is not sent there.',
    example: 'Commission earned',
  })
  readonly sentAs!: string | null;
}
