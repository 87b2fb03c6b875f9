import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { PROBLEM_MEDIA_TYPE, problemDocument } from '../problem/problem-document.js';
import { problem } from '../problem/problem-exception.js';
import { rememberRequests } from '../request/current-request.js';
import { requestIdOf } from '../request/request-id.js';
import { acceptFormsOnPages } from './form-body.js';
import { acceptJsonBodies } from './json-body.js';
import { refuseOversizedBodies } from './oversized-body.js';
import { RouteTable } from './route-table.js';
import { acceptStreamedBodies } from './stream-body.js';

export interface HttpAdapterOptions {
  /** Largest body, in bytes. */
  readonly bodyLimit: number;
  /** See `HttpApiOptions`. */
  readonly docsUrl: string;
  /** Proxies whose `X-Forwarded-For` is believed, as Fastify’s `trustProxy` takes them. None unless told. */
  readonly trustProxy?: readonly string[];
  /** Called once per answered request, for the access log. */
  readonly onAnswered?: (request: FastifyRequest, reply: FastifyReply) => void;
}

/**
 * The Fastify adapter as this API needs it: JSON bodies only, request ids in and out, routes known by address. Create
 * the Nest application with `bodyParser: false`, so that Nest adds no parsers of its own.
 */
export function createHttpAdapter(options: HttpAdapterOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyLimit,
    logger: false,
    ...(options.trustProxy === undefined || options.trustProxy.length === 0
      ? {}
      : { trustProxy: [...options.trustProxy] }),
    requestIdHeader: false,
    genReqId: requestIdOf,
    // What Fastify refuses before there is a route: an address that cannot be decoded.
    frameworkErrors: (err: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const { problem: told } = problem('bad_request', { detail: err.message });
      void reply
        .status(told.status)
        .header('x-request-id', request.id)
        .type(PROBLEM_MEDIA_TYPE)
        .send(problemDocument(told, request, options.docsUrl));
    },
    routerOptions: { ignoreTrailingSlash: true },
  });
  const server = adapter.getInstance();
  RouteTable.record(server);
  acceptJsonBodies(server);
  refuseOversizedBodies(server, options.bodyLimit);
  acceptFormsOnPages(server);
  acceptStreamedBodies(server);
  rememberRequests(server);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  const { onAnswered } = options;
  if (onAnswered !== undefined) {
    server.addHook('onResponse', (request, reply, done) => {
      onAnswered(request, reply);
      done();
    });
  }
  return adapter;
}
