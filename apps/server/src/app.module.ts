import { type DynamicModule, Module } from '@nestjs/common';
import { HttpApiModule } from '@rekomi/http';
import { createElement } from 'react';

import { ApiModule } from './api.module.js';
import { HealthModule } from './health/health.module.js';
import { InviteExpiryModule } from './invites/invite-expiry.module.js';
import { ImportsWorkerModule } from './imports/imports-worker.module.js';
import { JobsWorkerModule } from './jobs/jobs-worker.module.js';
import { EngineModule } from './sync/engine.module.js';
import { MailModule } from './mail/mail.module.js';
import { MailSenderModule } from './mail/mail-sender.module.js';
import { NoticesModule } from './notices/notices.module.js';
import { ProblemPage } from './pages/problem-page.js';
import { renderPage } from './pages/render-page.js';
import { SyncModule } from './sync/sync.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { type Resources, ResourcesModule } from './resources/resources.module.js';

/** The modules of one process, by its role. */
@Module({})
export class AppModule {
  static register(resources: Resources): DynamicModule {
    const { settings } = resources;
    return {
      module: AppModule,
      imports: [
        ResourcesModule.register(resources),
        HttpApiModule.register({
          docsUrl: settings.DOCS_URL,
          problemPage: (document) => renderPage(createElement(ProblemPage, { document })),
          requestsPerMinute: settings.API_REQUESTS_PER_MINUTE,
        }),
        SyncModule,
        MailModule,
        NoticesModule,
        WebhooksModule,
        HealthModule,
        ...(settings.ROLE === 'worker' ? [] : [ApiModule]),
        ...(settings.ROLE === 'api'
          ? []
          : [EngineModule, ImportsWorkerModule, JobsWorkerModule, InviteExpiryModule, MailSenderModule]),
      ],
    };
  }
}
