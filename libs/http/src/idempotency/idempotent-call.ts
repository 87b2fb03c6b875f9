import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { callerOf } from '../request/caller.js';
import { parseIdempotencyKey, requestFingerprint } from './idempotency-key.js';

/** What {@link IdempotentWork} needs to know of a request. */
export interface IdempotentCall {
  readonly organizationId: string;
  readonly callerId: string;
  /** Method and pattern: `POST /v1/connections/:id/pause`. */
  readonly route: string;
  /** Undefined: the caller sent no `Idempotency-Key`. */
  readonly key: string | undefined;
  readonly fingerprint: Buffer;
  /** Sets status and headers of the answer. */
  readonly answer: (status: number, headers: Readonly<Record<string, string>>) => void;
}

/**
 * Parameter of a POST handler: `@Idempotent() call: IdempotentCall`. With `noKeys` these values of the header count as
 * none, for callers that fill the header from a template whether or not they have a value: `@Idempotent(['', 'unsent'])`.
 */
export const Idempotent = createParamDecorator(
  (noKeys: readonly string[] | undefined, context: ExecutionContext): IdempotentCall => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const caller = callerOf(request);
    if (caller === undefined)
      throw new Error('@Idempotent() needs a caller, which public routes do not have.');
    // Only a request with a key is held against others.
    let fingerprint: Buffer | undefined;
    return {
      organizationId: caller.organizationId,
      callerId: caller.callerId,
      route: `${request.method} ${request.routeOptions.url ?? ''}`,
      key: isNone(request.headers['idempotency-key'], noKeys)
        ? undefined
        : parseIdempotencyKey(request.headers['idempotency-key']),
      get fingerprint() {
        return (fingerprint ??= requestFingerprint(request.url, request.body));
      },
      answer: (status, headers) => {
        reply.status(status).headers(headers);
      },
    };
  },
);

function isNone(
  header: string | readonly string[] | undefined,
  noKeys: readonly string[] | undefined,
): boolean {
  return typeof header === 'string' && noKeys !== undefined && noKeys.includes(header.trim());
}
