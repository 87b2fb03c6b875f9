import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { clientNetwork } from '../request/client-address.js';
import { type Limit, policyOf, RateLimiter, tooManyAttempts } from './rate-limiter.js';

export const LIMITED = Symbol('limited');

export interface NamedLimit extends Limit {
  readonly name: string;
}

/** Counts requests by the client's address, as `@Limited()` says. */
@Injectable()
export class ClientLimitGuard implements CanActivate {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const limit = this.reflector.getAllAndOverride<NamedLimit | undefined>(LIMITED, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (limit === undefined) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const taken = await this.limiter.take(limit.name, clientNetwork(request.ip), limit);
    const { quota, seconds } = policyOf(limit);
    void context
      .switchToHttp()
      .getResponse<FastifyReply>()
      .headers({
        'ratelimit-policy': `"${limit.name}";q=${quota};w=${seconds}`,
        ratelimit: `"${limit.name}";r=${taken.remaining};t=${taken.resetAfter}`,
      });
    if (!taken.granted) throw tooManyAttempts(taken);
    return true;
  }
}
