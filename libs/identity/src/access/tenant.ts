import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '@rekomi/http';

import type { ApiKeyEnvironment } from '../api-keys/api-key-text.js';
import type { ApiKeyScope } from '../api-keys/api-key.js';

/** The organisation that a request acts for, and with what right. */
export interface Tenant extends Caller {
  readonly environment: ApiKeyEnvironment;
  readonly scope: ApiKeyScope;
}

const tenants = new WeakMap<object, Tenant>();

export function setTenant(request: object, tenant: Tenant): void {
  tenants.set(request, tenant);
}

/** Parameter of a handler: `@CurrentTenant() tenant: Tenant`. */
export const CurrentTenant = createParamDecorator((_data: unknown, context: ExecutionContext): Tenant => {
  const tenant = tenants.get(context.switchToHttp().getRequest<object>());
  if (tenant === undefined) throw new Error('@CurrentTenant() on a public route: nobody is known there.');
  return tenant;
});
