import { ApiProperty } from '@nestjs/swagger';
import { FIRST_SYNC_MODES, type FirstSyncMode } from '@rekomi/sync';
import { IsIn } from 'class-validator';

export class ChooseFirstSyncRequest {
  @ApiProperty({
    enum: FIRST_SYNC_MODES,
    description:
      'Of those who were approved before: `all` go, none (`from_now_on`), or the ten who were approved first (`first_ten`). Who is approved later goes in any case.',
    example: 'first_ten',
  })
  @IsIn(FIRST_SYNC_MODES)
  readonly mode!: FirstSyncMode;
}
