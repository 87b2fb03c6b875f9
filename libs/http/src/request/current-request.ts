import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const storage = new AsyncLocalStorage<FastifyRequest>();

/** The request that the running code answers; undefined in workers and timers. */
export function currentRequest(): FastifyRequest | undefined {
  return storage.getStore();
}

/** Where a request comes from, also when its client has hung up since: see {@link rememberRequests}. */
export function clientAddressOf(request: FastifyRequest): string | undefined {
  return request.ip;
}

/**
 * Makes requests known to {@link currentRequest}. Begins right before the handler: reading a body loses what was set
 * earlier.
 */
export function rememberRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    // A connection that was asked goes on to know whose it was when it is closed.
    Reflect.get(request.raw.socket, 'remoteAddress');
    done();
  });
  server.addHook('preHandler', (request, _reply, done) => storage.run(request, done));
}
