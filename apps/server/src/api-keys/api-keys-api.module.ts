import { Module } from '@nestjs/common';
import { IdentityModule } from '@rekomi/identity';

import { ApiKeysController } from './api-keys.controller.js';

/** `/v1/api-keys`. Expects `Tenancy` from a global module. */
@Module({ imports: [IdentityModule], controllers: [ApiKeysController] })
export class ApiKeysApiModule {}
