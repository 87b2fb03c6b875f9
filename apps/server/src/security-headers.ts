import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import helmet, { type HelmetOptions } from 'helmet';

const OPTIONS: HelmetOptions = {
  contentSecurityPolicy: {
    directives: {
      // The server itself speaks plain HTTP; an upgrade would break every page of an installation without TLS.
      upgradeInsecureRequests: null,
    },
  },
};

/**
 * The headers by which browsers protect people, the same on every answer. They depend on nothing in a request, so Helmet
 * is asked for them once and not with every request.
 */
export function securityHeaders(): Readonly<OutgoingHttpHeaders> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(OPTIONS)(request, response, (err?: unknown) => {
    if (err instanceof Error) throw err;
  });
  return Object.freeze({ ...response.getHeaders() });
}
