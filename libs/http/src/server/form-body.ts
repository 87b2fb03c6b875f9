import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { problem } from '../problem/problem-exception.js';

/** Far more than a person types, far less than what would keep the server busy. */
const LARGEST_FORM = 1024 * 1024;
const SLOWEST_FORM_MS = 30_000;

/**
 * Lets pages, which are everything outside of `/v1`, receive the forms that browsers send without JavaScript. The API
 * stays JSON only: a form of a foreign site can be sent with a person's cookies, JSON cannot. Everybody can reach pages,
 * so what is sent to them is small and comes quickly, or the connection is closed.
 */
export function acceptFormsOnPages(
  server: FastifyInstance,
  { slowestMs = SLOWEST_FORM_MS }: { readonly slowestMs?: number } = {},
): void {
  void server.register(formbody, { bodyLimit: LARGEST_FORM });
  server.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.url.startsWith('/v1/')) {
      done(isForm(request) ? problem('unsupported_media_type') : null);
    } else if (Number(request.headers['content-length'] ?? 0) > LARGEST_FORM) {
      done(problem('body_too_large'));
    } else {
      if (hasBody(request)) {
        const timer = setTimeout(() => request.raw.destroy(), slowestMs);
        payload.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
      }
      done();
    }
  });
}

/** A request that says neither how long its body is nor that it comes in pieces has none (RFC 9112, 6.3). */
function hasBody({ headers }: FastifyRequest): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function isForm({ headers }: FastifyRequest): boolean {
  return (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}
