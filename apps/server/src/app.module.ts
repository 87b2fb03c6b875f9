import { type DynamicModule, Module } from '@nestjs/common';
import { HttpApiModule } from '@rekomi/http';

import { ApiModule } from './api.module.js';
import { HealthModule } from './health/health.module.js';
import { type Resources, ResourcesModule } from './resources/resources.module.js';

/** What the roles `worker` and `all` run besides. */
const ENGINE_MODULES: NonNullable<DynamicModule['imports']> = [];

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
          requestsPerMinute: settings.API_REQUESTS_PER_MINUTE,
        }),
        HealthModule,
        ...(settings.ROLE === 'worker' ? [] : [ApiModule]),
        ...(settings.ROLE === 'api' ? [] : ENGINE_MODULES),
      ],
    };
  }
}
