import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const storage = new AsyncLocalStorage<FastifyRequest>();
const addresses = new WeakMap<FastifyRequest, string>();

/** The request that the running code answers; undefined in workers and timers. */
export function currentRequest(): FastifyRequest | undefined {
  return storage.getStore();
}

/** Where a request comes from, also when its client has hung up since. */
export function clientAddressOf(request: FastifyRequest): string | undefined {
  return addresses.get(request);
}

/**
 * Makes requests known to {@link currentRequest}. Begins right before the handler: reading a body loses what was set
 * earlier.
 */
export function rememberRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    // A closed connection has forgotten whose it was.
    if (request.ip !== undefined) addresses.set(request, request.ip);
    done();
  });
  server.addHook('preHandler', (request, _reply, done) => storage.run(request, done));
}
