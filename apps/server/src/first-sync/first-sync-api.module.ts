import { Module } from '@nestjs/common';

import { FirstSyncController } from './first-sync.controller.js';

/** `/v1/connections/{id}/first-sync`. Expects `FirstSyncService` from a global module. */
@Module({ controllers: [FirstSyncController] })
export class FirstSyncApiModule {}
