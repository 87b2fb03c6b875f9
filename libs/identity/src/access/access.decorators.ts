import { SetMetadata, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

import type { ApiKeyScope } from '../api-keys/api-key.js';

export const PUBLIC = Symbol('public');
export const REQUIRED_SCOPE = Symbol('required scope');

/** Open to everybody; no tenant is known there. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(PUBLIC, true);

/** Where the scope does not follow from the method: GET and HEAD need `read`, all others `read_write`. */
export const RequiresScope = (scope: ApiKeyScope): ClassDecorator & MethodDecorator =>
  SetMetadata(REQUIRED_SCOPE, scope);

/** Is this controller method, or its whole class, open to everybody? */
export function isPublic(handler: Parameters<Reflector['get']>[1], controller: Type): boolean {
  return new Reflector().getAllAndOverride<boolean | undefined>(PUBLIC, [handler, controller]) === true;
}
