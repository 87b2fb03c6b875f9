import { Global, Module } from '@nestjs/common';

import type { ServerSettings } from '../config/settings.js';
import { SERVER_SETTINGS } from '../resources/resources.module.js';
import { MetricsAccess } from './metrics-access.js';
import { MetricsText } from './metrics-text.js';
import { MetricsController } from './metrics.controller.js';
import { ProcessMetrics } from './process-metrics.js';

/** `/metrics`, in every role; global, so that whoever has something to measure can hand it in. */
@Global()
@Module({
  controllers: [MetricsController],
  providers: [
    MetricsAccess,
    MetricsText,
    {
      provide: ProcessMetrics,
      useFactory: (settings: ServerSettings) =>
        ProcessMetrics.ofProcess(settings.METRICS_TOKEN !== undefined),
      inject: [SERVER_SETTINGS],
    },
  ],
  exports: [ProcessMetrics],
})
export class MetricsModule {}
