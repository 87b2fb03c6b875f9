import type { FastifyInstance } from 'fastify';

/**
 * `GET /livez`: this process runs. Asked again and again by whatever ends processes that are silent, so it passes no
 * guard, no pipe and no database; a route of Fastify's own, with the same headers and log lines as all others.
 */
export function answerLiveness(server: FastifyInstance): void {
  server.get('/livez', (_request, reply) => reply.send({ status: 'ok' }));
}
