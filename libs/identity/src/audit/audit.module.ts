import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CommitWitness } from '@rekomi/http';

import { AuditLogReader } from './audit-log-reader.js';
import { AuditTrail } from './audit-trail.js';
import { AuditWitness } from './audit-witness.js';
import { AuditInterceptor } from './audit.interceptor.js';

/** The audit log. Global, because whatever commits an effect asks for the witness. Needs a global provider of `Tenancy`. */
@Global()
@Module({
  providers: [
    AuditTrail,
    AuditWitness,
    AuditLogReader,
    { provide: CommitWitness, useExisting: AuditWitness },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
  exports: [AuditTrail, AuditLogReader, CommitWitness],
})
export class AuditModule {}
