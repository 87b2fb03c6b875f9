import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { CommitWitness } from '../idempotency/commit-witness.js';
import { traceIdOf } from '../request/request-id.js';
import { RouteTable } from '../server/route-table.js';
import { isDatabaseUnavailable } from './database-unavailable.js';
import type { ProblemCode } from './problem-catalogue.js';
import { PROBLEM_MEDIA_TYPE, problemDocument, type ProblemDocument } from './problem-document.js';
import { problem, ProblemException } from './problem-exception.js';
import { isUnstorableText } from './unstorable-text.js';

/** Codes for what Nest and Fastify refuse by themselves. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  404: 'route_not_found',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  503: 'unavailable',
};

/** Wherever a route has no words of its own for it. */
const UNSTORABLE =
  'A text in this request holds the character U+0000 or half of a character; neither can be stored or looked for.';

/** Turns everything thrown into a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter<unknown> {
  readonly #log = new Logger('Http');

  constructor(
    private readonly docsUrl: string,
    private readonly problemPage?: (document: ProblemDocument) => string,
    private readonly witness?: CommitWitness,
  ) {}

  catch(err: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { problem: told } = describe(err, request);
    if (told.status >= 500) this.#report(told.cause ?? err, told.code, request);
    if (told.status === 403) this.witness?.refused(request, told.code);
    if (reply.sent) return;
    const document = problemDocument(told, request, this.docsUrl);
    void reply.status(told.status).headers({ ...told.headers });
    if (this.problemPage !== undefined && isForBrowser(request)) {
      void reply.type('text/html; charset=utf-8').send(this.problemPage(document));
    } else {
      void reply.type(PROBLEM_MEDIA_TYPE).send(document);
    }
  }

  #report(err: unknown, code: string, request: FastifyRequest): void {
    this.#log.error({
      msg: 'A request failed.',
      code,
      method: request.method,
      route: request.routeOptions.url,
      requestId: request.id,
      traceId: traceIdOf(request),
      err,
    });
  }
}

/** A person looking at a page, not a program: the API answers JSON whatever the client prefers. */
function isForBrowser(request: FastifyRequest): boolean {
  return !request.url.startsWith('/v1/') && /^text\/html\b/.test(request.headers.accept ?? '');
}

function describe(err: unknown, request: FastifyRequest): ProblemException {
  if (err instanceof ProblemException) return err;
  if (err instanceof HttpException) return ofFramework(err, request);
  if (isDatabaseUnavailable(err))
    return problem('database_unavailable', { cause: err, headers: { 'retry-after': '2' } });
  if (isUnstorableText(err)) return problem('bad_request', { cause: err, detail: UNSTORABLE });
  return problem('internal_error', { cause: err });
}

function ofFramework(err: HttpException, request: FastifyRequest): ProblemException {
  const status = err.getStatus();
  const path = request.url.split('?')[0] ?? '';
  if (status === 404 && request.is404) {
    const methods = RouteTable.methodsOf(request.server, path);
    if (methods.length > 0) {
      return problem('method_not_allowed', {
        detail: `${path} takes ${methods.join(', ')}, not ${request.method}.`,
        headers: { allow: methods.join(', ') },
      });
    }
    return problem('route_not_found', { detail: `There is no ${request.method} ${path} in this API.` });
  }
  const code = BY_STATUS[status];
  if (code !== undefined) return problem(code, { cause: err });
  return status < 500
    ? problem('bad_request', { detail: err.message })
    : problem('internal_error', { cause: err });
}
