import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const storage = new AsyncLocalStorage<FastifyRequest>();

/** The request that the running code answers; undefined in workers and timers. */
export function currentRequest(): FastifyRequest | undefined {
  return storage.getStore();
}

/**
 * Makes requests known to {@link currentRequest}. Begins right before the handler: reading a body loses what was set
 * earlier.
 */
export function rememberRequests(server: FastifyInstance): void {
  server.addHook('preHandler', (request, _reply, done) => storage.run(request, done));
}
