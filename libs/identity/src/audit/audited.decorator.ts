import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';

import { AuditInterceptor } from './audit.interceptor.js';
import { AUDITED, type AuditedAction, type AuditedOptions } from './audited-action.js';

export const NOT_AUDITED = Symbol('not audited');

/**
 * Every success of this route becomes an entry of the audit log: `@Audited('campaign.created', { label: 'name' })`. The
 * word before the dot is the kind of the resource. Names of a body's fields are noted, their values never.
 */
export const Audited = (action: `${string}.${string}`, options: AuditedOptions = {}): MethodDecorator =>
  applyDecorators(
    SetMetadata(AUDITED, { action, ...options } satisfies AuditedAction),
    UseInterceptors(AuditInterceptor),
  );

/** For a route that is no GET and yet changes nothing, or writes its entries itself. */
export const NotAudited = (reason: string): MethodDecorator => SetMetadata(NOT_AUDITED, reason);
