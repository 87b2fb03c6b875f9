import { callerOf, traceIdOf } from '@rekomi/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

const PROBES = new Set(['/livez', '/readyz', '/healthz', '/metrics']);

/** One line per answered request. It names the route, not the address: that could hold an e-mail address. */
export function logRequest(logger: Logger): (request: FastifyRequest, reply: FastifyReply) => void {
  return (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    logger[PROBES.has(route) ? 'debug' : 'info'](
      {
        method: request.method,
        route,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        requestId: request.id,
        traceId: traceIdOf(request),
        callerId: callerOf(request)?.callerId,
      },
      'request answered',
    );
  };
}
