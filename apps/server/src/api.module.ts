import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RateLimitGuard } from '@rekomi/http';
import { AccessGuard, IdentityModule } from '@rekomi/identity';

import { ApplicationsApiModule } from './applications/applications-api.module.js';
import { ApiKeysApiModule } from './api-keys/api-keys-api.module.js';
import { AudienceTiersApiModule } from './audience-tiers/audience-tiers-api.module.js';
import { AuditApiModule } from './audit/audit-api.module.js';
import { ConnectionsApiModule } from './connections/connections-api.module.js';
import { DeliveriesApiModule } from './deliveries/deliveries-api.module.js';
import { EarningsApiModule } from './earnings/earnings-api.module.js';
import { ImportsApiModule } from './imports/imports-api.module.js';
import { PeopleApiModule } from './people/people-api.module.js';
import { MailsApiModule } from './mail/mails-api.module.js';
import { NoticesApiModule } from './notices/notices-api.module.js';
import { ProblemsController } from './problems/problems.controller.js';
import { InvitesApiModule } from './invites/invites-api.module.js';
import { PagesModule } from './pages/pages.module.js';
import { ProgramsApiModule } from './programs/programs-api.module.js';
import { FirstSyncApiModule } from './first-sync/first-sync-api.module.js';
import { PreviewsApiModule } from './previews/previews-api.module.js';
import { ReconciliationsApiModule } from './reconciliations/reconciliations-api.module.js';
import { ReplaysApiModule } from './replays/replays-api.module.js';
import { WebhooksApiModule } from './webhooks/webhooks-api.module.js';
import { ProvidersApiModule } from './providers/providers-api.module.js';

/** Everything that answers requests of programs and people. */
@Module({
  imports: [
    IdentityModule,
    PeopleApiModule,
    ApiKeysApiModule,
    AuditApiModule,
    MailsApiModule,
    ProvidersApiModule,
    ConnectionsApiModule,
    DeliveriesApiModule,
    ProgramsApiModule,
    ApplicationsApiModule,
    EarningsApiModule,
    AudienceTiersApiModule,
    ImportsApiModule,
    InvitesApiModule,
    WebhooksApiModule,
    ReplaysApiModule,
    NoticesApiModule,
    ReconciliationsApiModule,
    PreviewsApiModule,
    FirstSyncApiModule,
    PagesModule,
  ],
  controllers: [ProblemsController],
  providers: [
    // In this order: the budget belongs to the caller that the first one finds.
    { provide: APP_GUARD, useExisting: AccessGuard },
    { provide: APP_GUARD, useExisting: RateLimitGuard },
  ],
})
export class ApiModule {}
