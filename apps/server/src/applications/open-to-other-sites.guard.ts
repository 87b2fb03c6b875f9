import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/**
 * Lets scripts of any site read the answer, refusals included. Nothing of a person goes along: there are no cookies here
 * and none are asked for.
 */
export class OpenToOtherSitesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    void context.switchToHttp().getResponse<FastifyReply>().headers({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Retry-After, RateLimit, RateLimit-Policy, X-Request-Id',
      'cross-origin-resource-policy': 'cross-origin',
    });
    return true;
  }
}
