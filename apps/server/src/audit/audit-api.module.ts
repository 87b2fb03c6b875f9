import { Module } from '@nestjs/common';
import { IdentityModule } from '@rekomi/identity';

import { AuditController } from './audit.controller.js';

/** `/v1/audit-entries`. Expects `Tenancy` from a global module. */
@Module({ imports: [IdentityModule], controllers: [AuditController] })
export class AuditApiModule {}
