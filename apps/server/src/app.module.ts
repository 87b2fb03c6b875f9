import { type DynamicModule, Module } from '@nestjs/common';
import { HttpApiModule } from '@rekomi/http';

import { HealthModule } from './health/health.module.js';
import { InviteExpiryModule } from './invites/invite-expiry.module.js';
import { ImportsWorkerModule } from './imports/imports-worker.module.js';
import { JobsWorkerModule } from './jobs/jobs-worker.module.js';
import { EngineModule } from './sync/engine.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { MailModule } from './mail/mail.module.js';
import { MailSenderModule } from './mail/mail-sender.module.js';
import { NoticesModule } from './notices/notices.module.js';
import { SyncModule } from './sync/sync.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { type Resources, ResourcesModule } from './resources/resources.module.js';

/**
 * The modules of one process, by its role. A worker loads nothing of what answers requests: it would begin its work half a
 * second later.
 */
@Module({})
export class AppModule {
  static async register(resources: Resources): Promise<DynamicModule> {
    const { settings } = resources;
    const pages = settings.ROLE === 'worker' ? undefined : await import('./pages/rendered-problem.js');
    const api = settings.ROLE === 'worker' ? undefined : await import('./api.module.js');
    return {
      module: AppModule,
      imports: [
        ResourcesModule.register(resources),
        HttpApiModule.register({
          docsUrl: settings.DOCS_URL,
          ...(pages === undefined ? {} : { problemPage: pages.renderedProblem }),
          requestsPerMinute: settings.API_REQUESTS_PER_MINUTE,
        }),
        SyncModule,
        MetricsModule,
        MailModule,
        NoticesModule,
        WebhooksModule,
        HealthModule,
        ...(api === undefined ? [] : [api.ApiModule]),
        ...(settings.ROLE === 'api'
          ? []
          : [EngineModule, ImportsWorkerModule, JobsWorkerModule, InviteExpiryModule, MailSenderModule]),
      ],
    };
  }
}
