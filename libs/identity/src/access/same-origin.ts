import type { FastifyRequest } from 'fastify';

import type { SiteAddress } from './site-address.js';

/**
 * Was this request sent by one of our own pages? Browsers say so in `Sec-Fetch-Site`, or, where the address is neither
 * https nor this machine, in `Origin` only.
 *
 * @returns `unknown` for what no browser of today sends: neither header.
 */
export function originOf(
  request: FastifyRequest,
  site: SiteAddress | undefined,
): 'same' | 'foreign' | 'unknown' {
  const { 'sec-fetch-site': fetchSite, origin, host } = request.headers;
  if (fetchSite !== undefined) return fetchSite === 'same-origin' ? 'same' : 'foreign';
  if (origin === undefined) return 'unknown';
  const own = site?.origin ?? `${request.protocol}://${host ?? ''}`;
  return origin === own ? 'same' : 'foreign';
}
