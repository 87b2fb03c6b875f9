import { Global, Module } from '@nestjs/common';
import { CommitWitness } from '@rekomi/http';

import { AuditLogReader } from './audit-log-reader.js';
import { AuditTrail } from './audit-trail.js';
import { AuditWitness } from './audit-witness.js';

/** The audit log. Global, because whatever commits an effect asks for the witness. Needs a global provider of `Tenancy`. */
@Global()
@Module({
  providers: [
    AuditTrail,
    AuditWitness,
    AuditLogReader,
    { provide: CommitWitness, useExisting: AuditWitness },
  ],
  // The witness as well: the interceptor of an `@Audited()` route, which stands in any module, asks for it.
  exports: [AuditTrail, AuditLogReader, AuditWitness, CommitWitness],
})
export class AuditModule {}
