import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify';

import { problem } from '../problem/problem-exception.js';

/** Route configuration: the body is a file, read by the route as it comes and never held whole. `@RouteConfig(STREAM_BODY)` */
export const STREAM_BODY = { streamBody: true } as const;

/** As programs send a file, and as browsers on Windows call a CSV file. */
const FILE_MEDIA_TYPE =
  /^(?:text\/(?:csv|plain|tab-separated-values)|application\/(?:csv|octet-stream|vnd\.ms-excel))(?:\s*;|$)/i;
const FORM_MEDIA_TYPE = /^multipart\/form-data\s*;/i;
/** A route that streams sets its own limit; the form parser shall not cut a file short before. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Lets routes that say so take files, bare or out of a form. No other route accepts these media types. */
export function acceptStreamedBodies(server: FastifyInstance): void {
  void server.register(formParser);
  server.addContentTypeParser(FILE_MEDIA_TYPE, (_request, _payload, done) => {
    done(null, undefined);
  });
  server.addHook('preParsing', (request, _reply, _payload, done) => {
    const type = request.headers['content-type'] ?? '';
    const isFile = FILE_MEDIA_TYPE.test(type) || FORM_MEDIA_TYPE.test(type);
    done(isFile && !takesStreams(request) ? problem('unsupported_media_type') : null);
  });
}

/**
 * The form parser without its hooks. They clean up after files that were saved to disk (`saveRequestFiles`), which no
 * route asks for, and would make two promises for every request of the whole server.
 */
const formParser: FastifyPluginCallback = Object.assign(
  (server: FastifyInstance, _options: object, done: (err?: Error) => void): void => {
    const withoutHooks = Object.create(server, { addHook: { value: () => withoutHooks } }) as FastifyInstance;
    multipart(withoutHooks, { limits: { files: 1, fields: 20, parts: 21, fileSize: NO_LIMIT } }, done);
  },
  // For all routes, as plugins say it that are made by fastify-plugin.
  { [Symbol.for('skip-override')]: true },
);

function takesStreams(request: FastifyRequest): boolean {
  return 'streamBody' in request.routeOptions.config;
}
