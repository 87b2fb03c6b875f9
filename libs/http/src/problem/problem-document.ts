import type { FastifyRequest } from 'fastify';

import { traceIdOf } from '../request/request-id.js';
import type { ProblemInit, ProblemItem } from './problem-exception.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** An RFC 9457 answer. */
export interface ProblemDocument {
  /** Address of the page about this code. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Path of the request, without its query. */
  readonly instance: string;
  readonly code: string;
  readonly cause?: string;
  readonly fix?: string;
  readonly errors?: readonly ProblemItem[];
  readonly requestId: string;
  readonly traceId?: string;
}

/** @param docsUrl what codes are appended to: `/problems` or an absolute address. */
export function problemDocument(
  problem: ProblemInit,
  request: FastifyRequest,
  docsUrl: string,
): ProblemDocument {
  const traceId = traceIdOf(request);
  return {
    type: `${docsUrl.replace(/\/$/, '')}/${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail ?? problem.why ?? problem.title,
    instance: request.url.split('?')[0] ?? '',
    code: problem.code,
    ...(problem.why === undefined ? {} : { cause: problem.why }),
    ...(problem.fix === undefined ? {} : { fix: problem.fix }),
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    requestId: request.id,
    ...(traceId === undefined ? {} : { traceId }),
  };
}
