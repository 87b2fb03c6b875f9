import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RateLimitGuard } from '@rekomi/http';
import { ApiKeyGuard, IdentityModule } from '@rekomi/identity';

import { ConnectionsApiModule } from './connections/connections-api.module.js';
import { DeliveriesApiModule } from './deliveries/deliveries-api.module.js';
import { ProblemsController } from './problems/problems.controller.js';
import { PagesModule } from './pages/pages.module.js';
import { ProgramsApiModule } from './programs/programs-api.module.js';
import { ProvidersApiModule } from './providers/providers-api.module.js';

/** Everything that answers requests with an API key. */
@Module({
  imports: [
    IdentityModule,
    ProvidersApiModule,
    ConnectionsApiModule,
    DeliveriesApiModule,
    ProgramsApiModule,
    PagesModule,
  ],
  controllers: [ProblemsController],
  providers: [
    // In this order: the budget belongs to the key that the first one finds.
    { provide: APP_GUARD, useExisting: ApiKeyGuard },
    { provide: APP_GUARD, useExisting: RateLimitGuard },
  ],
})
export class ApiModule {}
