import { Global, Module } from '@nestjs/common';

import { MetricsAccess } from './metrics-access.js';
import { MetricsText } from './metrics-text.js';
import { MetricsController } from './metrics.controller.js';
import { ProcessMetrics } from './process-metrics.js';

/** `/metrics`, in every role; global, so that whoever has something to measure can hand it in. */
@Global()
@Module({
  controllers: [MetricsController],
  providers: [MetricsAccess, MetricsText, ProcessMetrics],
  exports: [ProcessMetrics],
})
export class MetricsModule {}
