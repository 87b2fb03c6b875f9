import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';

import { problem } from '../problem/problem-exception.js';

/**
 * Lets pages, which are everything outside of `/v1`, receive the forms that browsers send without JavaScript. The API
 * stays JSON only: a form of a foreign site can be sent with a person's cookies, JSON cannot.
 */
export function acceptFormsOnPages(server: FastifyInstance): void {
  void server.register(formbody);
  server.addHook('preParsing', async (request) => {
    const type = request.headers['content-type'] ?? '';
    if (request.url.startsWith('/v1/') && type.startsWith('application/x-www-form-urlencoded')) {
      throw problem('unsupported_media_type');
    }
  });
}
