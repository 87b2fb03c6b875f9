import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';

import { AuditWitness } from './audit-witness.js';
import { beginAuditOf } from './begin-audit.js';

/** Writes the entry of an `@Audited()` route after it, where its work has not done so. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly witness: AuditWitness,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (beginAuditOf(context, this.reflector) === undefined) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      mergeMap(async (answer: unknown) => {
        await this.witness.finish(request, answer);
        return answer;
      }),
    );
  }
}
