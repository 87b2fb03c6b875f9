import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

export class DisconnectQuery {
  @ApiProperty({
    enum: ['true', 'false'],
    description:
      'Whether what we wrote at the vendor is taken back first. Has to be said, because it cannot be undone.',
  })
  @IsIn(['true', 'false'], {
    message: 'takeBack is true (what we wrote is taken back first) or false (it stays).',
  })
  readonly takeBack!: 'true' | 'false';
}
