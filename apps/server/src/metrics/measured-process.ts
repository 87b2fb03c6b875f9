import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Seconds, as OpenTelemetry advises for both histograms (semantic conventions of HTTP metrics, read on 29 November 2026). */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export interface MeasuredProcess {
  readonly registry: Registry;
  readonly answered: Histogram<'http_request_method' | 'http_route' | 'http_response_status_code'>;
  readonly asked: Histogram<'server_address' | 'http_response_status_code'>;
}

/** Begins to measure. Not in the global registry: several servers may live in one process. */
export function measureProcess(): MeasuredProcess {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    answered: new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Requests that this process answered, by the pattern of their route.',
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
      buckets: BUCKETS,
      registers: [registry],
    }),
    asked: new Histogram({
      name: 'http_client_request_duration_seconds',
      help: 'Requests that this process sent to vendors, by host, without the part that names an account; status "none": no answer came.',
      labelNames: ['server_address', 'http_response_status_code'],
      buckets: BUCKETS,
      registers: [registry],
    }),
  };
}
