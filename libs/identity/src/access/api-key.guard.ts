import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { problem, setCaller } from '@rekomi/http';
import type { FastifyRequest } from 'fastify';

import { ApiKeyAuthenticator } from '../api-keys/api-key-authenticator.js';
import type { ApiKeyScope } from '../api-keys/api-key.js';
import { PUBLIC, REQUIRED_SCOPE } from './access.decorators.js';
import { setTenant } from './tenant.js';

/** Lets only requests with a good API key of sufficient scope through, except on `@Public()` routes. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly authenticator: ApiKeyAuthenticator,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, handler)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const tenant = await this.authenticator.authenticate(request.headers.authorization);
    const needed =
      this.reflector.getAllAndOverride<ApiKeyScope | undefined>(REQUIRED_SCOPE, handler) ??
      (request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'read_write');
    setTenant(request, tenant);
    setCaller(request, tenant);
    if (needed === 'read_write' && tenant.scope !== 'read_write') throw problem('scope_missing');
    return true;
  }
}
