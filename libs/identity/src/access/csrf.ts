import { problem } from '@rekomi/http';
import type { FastifyRequest } from 'fastify';

import { isCsrfTokenOf } from '../sessions/session-token.js';
import { originOf } from './same-origin.js';
import type { SiteAddress } from './site-address.js';

/**
 * For a change asked for with a session's cookie, which browsers also send along when another site asks: it has to come
 * from one of our own pages, by the browser's word, and to carry the token that only such a page knows.
 *
 * @throws ProblemException `csrf_origin_foreign`, `csrf_token_wrong`
 */
export function requireOwnPage(
  request: FastifyRequest,
  site: SiteAddress | undefined,
  sessionToken: string,
  given: unknown,
): void {
  if (originOf(request, site) !== 'same') throw problem('csrf_origin_foreign');
  if (!isCsrfTokenOf(sessionToken, given)) throw problem('csrf_token_wrong');
}

/**
 * For a form that is sent before anybody is signed in. There is no session to abuse yet; still nobody shall be signed in
 * by a foreign page without noticing.
 *
 * @throws ProblemException `csrf_origin_foreign`
 */
export function refuseForeignPage(request: FastifyRequest, site: SiteAddress | undefined): void {
  if (originOf(request, site) === 'foreign') throw problem('csrf_origin_foreign');
}
