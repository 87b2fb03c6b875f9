import { Inject, Injectable } from '@nestjs/common';
import type { ObservedExchange } from '@rekomi/transport';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

import type { ServerSettings } from '../config/settings.js';
import { SERVER_SETTINGS } from '../resources/resources.module.js';

/** Seconds, as OpenTelemetry advises for both histograms (semantic conventions of HTTP metrics, read on 29 November 2026). */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

interface Observed {
  readonly registry: Registry;
  readonly answered: Histogram<'http_request_method' | 'http_route' | 'http_response_status_code'>;
  readonly asked: Histogram<'server_address' | 'http_response_status_code'>;
}

/** What this process knows of itself. Nothing is measured while nobody may read it. */
@Injectable()
export class ProcessMetrics {
  readonly #observed: Observed | undefined;

  constructor(@Inject(SERVER_SETTINGS) settings: Pick<ServerSettings, 'METRICS_TOKEN'>) {
    this.#observed = settings.METRICS_TOKEN === undefined ? undefined : observed();
  }

  /** Every request to this server, by the pattern of its route and never its address: that could hold an e-mail address or an id. */
  measure(server: FastifyInstance): void {
    const histogram = this.#observed?.answered;
    if (histogram === undefined) return;
    server.addHook('onResponse', (request, reply, done) => {
      histogram.observe(
        {
          http_request_method: METHODS.has(request.method) ? request.method : '_OTHER',
          http_route: request.routeOptions.url ?? 'unknown',
          http_response_status_code: reply.statusCode,
        },
        reply.elapsedTime / 1000,
      );
      done();
    });
  }

  exchangeEnded({ server, status, durationMs }: ObservedExchange): void {
    this.#observed?.asked.observe(
      { server_address: server, http_response_status_code: status ?? 'none' },
      durationMs / 1000,
    );
  }

  /** In Prometheus' text format; empty while nothing is measured. */
  async text(): Promise<string> {
    return (await this.#observed?.registry.metrics()) ?? '';
  }
}

function observed(): Observed {
  // Not the global registry: several servers may live in one process.
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
