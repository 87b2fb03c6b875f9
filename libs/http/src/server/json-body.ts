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

/** Far more levels than anything that the API takes has. */
const DEEPEST = 100;

export const JSON_MEDIA_TYPE = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i;

/**
 * JSON is the only body the API reads. An empty body is no body, whatever its media type says; keys that could
 * reach an object's prototype are refused, and so is what is nested too deeply to be walked through.
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
      if (err !== null) done(malformed(body));
      else if (isDeeperThan(value, DEEPEST)) done(tooDeep());
      else done(null, value);
    });
  });
}

/** Within any limit on bytes a body can be nested so deeply that whoever walks through it runs out of stack. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}

function tooDeep(): Error {
  return problem('malformed_json', { detail: `The JSON is nested more than ${DEEPEST} levels deep.` });
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
