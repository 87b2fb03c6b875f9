import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';

import { ClientLimitGuard, LIMITED, type NamedLimit } from './client-limit.guard.js';
import type { Limit } from './rate-limiter.js';

/**
 * Limits a public route by the client's address: `@Limited('application', { perMinute: 10 })`. Routes with the same name
 * share one budget. Needs no registration.
 */
export const Limited = (name: string, limit: Limit): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(LIMITED, { name, ...limit } satisfies NamedLimit), UseGuards(ClientLimitGuard));
