import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '@rekomi/http';

import type { TenantActor, UserActor } from './actor.js';

/** The organisation that a request acts for, and who acts. */
export interface Tenant extends Caller {
  readonly actor: TenantActor;
}

/** A tenant on whose behalf a person acts. */
export interface PersonTenant extends Tenant {
  readonly actor: UserActor;
}

const tenants = new WeakMap<object, Tenant>();

export function setTenant(request: object, tenant: Tenant): void {
  tenants.set(request, tenant);
}

/** Undefined on public routes, and before the guard has found out. */
export function tenantOf(request: object): Tenant | undefined {
  return tenants.get(request);
}

/** Parameter of a handler: `@CurrentTenant() tenant: Tenant`. */
export const CurrentTenant = createParamDecorator((_data: unknown, context: ExecutionContext): Tenant => {
  const tenant = tenantOf(context.switchToHttp().getRequest<object>());
  if (tenant === undefined) throw new Error('@CurrentTenant() on a public route: nobody is known there.');
  return tenant;
});

/** Parameter of a handler that API keys may not call: `@CurrentPerson() person: PersonTenant`. */
export const CurrentPerson = createParamDecorator(
  (_data: unknown, context: ExecutionContext): PersonTenant => {
    const tenant = tenantOf(context.switchToHttp().getRequest<object>());
    if (tenant?.actor.kind !== 'user')
      throw new Error('@CurrentPerson() on a route that is open to API keys or to everybody.');
    return { ...tenant, actor: tenant.actor };
  },
);
