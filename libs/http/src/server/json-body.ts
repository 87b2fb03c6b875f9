import type { FastifyInstance, FastifyRequest } from 'fastify';

import { problem } from '../problem/problem-exception.js';
import { jsonErrorPosition } from './json-error-position.js';

/** Route configuration: the body is kept as it came, for a signature over its bytes. `@RouteConfig(KEEP_RAW_BODY)` on the handler itself. */
export const KEEP_RAW_BODY = { keepRawBody: true } as const;

const rawBodies = new WeakMap<object, string>();

/** The body byte for byte as it came, on routes with {@link KEEP_RAW_BODY}; empty when there was none. */
export function rawBodyOf(request: FastifyRequest): string {
  return rawBodies.get(request) ?? '';
}

export const JSON_MEDIA_TYPE = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i;

/**
 * JSON is the only body the API reads. An empty body is no body, whatever its media type says; keys that could
 * reach an object's prototype are refused.
 */
export function acceptJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>(JSON_MEDIA_TYPE, { parseAs: 'string' }, (request, body, done) => {
    if ('keepRawBody' in request.routeOptions.config) rawBodies.set(request, body);
    if (body.trim() === '') {
      done(null, undefined);
      return;
    }
    void parse(request, body, (err, value) => {
      if (err === null) done(null, value);
      else done(malformed(body));
    });
  });
}

function malformed(body: string): Error {
  const at = jsonErrorPosition(body);
  if (at === undefined) {
    return problem('malformed_json', {
      detail: 'The keys __proto__ and constructor.prototype are not allowed in JSON.',
    });
  }
  const place = `line ${at.line}, column ${at.column}`;
  return problem('malformed_json', {
    detail: at.atEnd
      ? `The JSON ends too early, at ${place}: something is not closed.`
      : `The JSON has something unexpected at ${place}.`,
  });
}
