import type { ObservedExchange } from '@rekomi/transport';
import type { FastifyInstance } from 'fastify';

import type { MeasuredProcess } from './measured-process.js';

const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

/** What this process knows of itself. Nothing is measured while nobody may read it. */
export class ProcessMetrics {
  constructor(private readonly measured: MeasuredProcess | undefined) {}

  /** The library is loaded only where it is used: a process without metrics starts sooner. */
  static async ofProcess(isOn: boolean): Promise<ProcessMetrics> {
    if (!isOn) return new ProcessMetrics(undefined);
    const { measureProcess } = await import('./measured-process.js');
    return new ProcessMetrics(measureProcess());
  }

  /** Every request to this server, by the pattern of its route and never its address: that could hold an e-mail address or an id. */
  measure(server: FastifyInstance): void {
    const histogram = this.measured?.answered;
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
    this.measured?.asked.observe(
      { server_address: server, http_response_status_code: status ?? 'none' },
      durationMs / 1000,
    );
  }

  /** In Prometheus' text format; empty while nothing is measured. */
  async text(): Promise<string> {
    return (await this.measured?.registry.metrics()) ?? '';
  }
}
