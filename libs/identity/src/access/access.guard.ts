import { type CanActivate, type ExecutionContext, Injectable, Optional } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { problem, setCaller } from '@rekomi/http';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiKeyAuthenticator } from '../api-keys/api-key-authenticator.js';
import type { ApiKeyScope } from '../api-keys/api-key.js';
import { beginAuditOf } from '../audit/begin-audit.js';
import { SessionAuthenticator } from '../sessions/session-authenticator.js';
import { SessionCookie } from '../sessions/session-cookie.js';
import { isPublic, REQUIRED_SCOPE } from './access.decorators.js';
import type { ApiKeyActor, UserActor } from './actor.js';
import { requireOwnPage } from './csrf.js';
import { type Permission, PERMISSIONS } from './permissions.js';
import { isAtLeast } from './role.js';
import { SiteAddress } from './site-address.js';
import { setTenant, type Tenant } from './tenant.js';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Lets through, except on `@Public()` routes, only requests with a good API key of sufficient scope or of a signed-in
 * person of sufficient role, as {@link PERMISSIONS} says. A request with both acts as the key: a program that sends a key means
 * it, a browser sends its cookie unasked.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly apiKeys: ApiKeyAuthenticator,
    private readonly sessions: SessionAuthenticator,
    private readonly cookie: SessionCookie,
    private readonly reflector: Reflector,
    @Optional() private readonly site?: SiteAddress,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    if (isPublic(handler, controller)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const tenant = await this.#authenticate(request, context.switchToHttp().getResponse<FastifyReply>());
    setTenant(request, tenant);
    setCaller(request, tenant);
    beginAuditOf(context, this.reflector);
    const permission = PERMISSIONS[handler.name];
    // Nobody decided who may call this, so nobody may.
    if (permission === undefined) throw new Error(`${handler.name} has no row in permissions.ts.`);
    if (tenant.actor.kind === 'user') {
      requireRole(tenant.actor, permission);
    } else {
      const needed =
        this.reflector.getAllAndOverride<ApiKeyScope | undefined>(REQUIRED_SCOPE, [handler, controller]) ??
        (SAFE_METHODS.has(request.method) ? 'read' : 'read_write');
      requireScope(tenant.actor, permission, needed);
    }
    return true;
  }

  async #authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Tenant> {
    const { authorization } = request.headers;
    const token = authorization === undefined ? this.cookie.read(request) : undefined;
    if (token === undefined) return this.apiKeys.authenticate(authorization);
    const tenant = await this.sessions.authenticate(token);
    if (tenant === undefined) {
      this.cookie.clear(reply);
      throw problem('session_ended');
    }
    if (!SAFE_METHODS.has(request.method)) {
      requireOwnPage(request, this.site, token, request.headers['x-csrf-token']);
    }
    return tenant;
  }
}

function requireRole({ role }: UserActor, permission: Permission): void {
  if (isAtLeast(role, permission.role)) return;
  throw problem('role_missing', {
    detail: `This needs the role ${permission.role} or one above it; yours is ${role}.`,
  });
}

function requireScope({ scope }: ApiKeyActor, permission: Permission, needed: ApiKeyScope): void {
  if (!permission.apiKeys) throw problem('people_only');
  if (needed === 'read_write' && scope !== 'read_write') throw problem('scope_missing');
}
