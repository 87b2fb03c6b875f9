import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { callerOf, CommitWitness, currentRequest } from '@rekomi/http';
import type { FastifyRequest } from 'fastify';
import type { EntityManager } from 'typeorm';

import { AuditTrail } from './audit-trail.js';
import { entryOfRequest } from './entry-of-request.js';
import { pendingEntryOf } from './pending-entry.js';

/** Turns what `@Audited()` routes do into entries of the audit log. */
@Injectable()
export class AuditWitness extends CommitWitness implements OnModuleDestroy {
  readonly #log = new Logger(AuditWitness.name);
  readonly #writing = new Set<Promise<void>>();

  constructor(private readonly trail: AuditTrail) {
    super();
  }

  override async effected(tx: EntityManager, organizationId: string, answer: unknown): Promise<void> {
    const request = currentRequest();
    const pending = pendingEntryOf(request);
    if (request === undefined || pending === undefined || pending.settled) return;
    await this.trail.record(tx, organizationId, entryOfRequest(request, pending, answer));
  }

  override settled(): void {
    const pending = pendingEntryOf(currentRequest());
    if (pending !== undefined) pending.settled = true;
  }

  /** Nobody waits for this write: a refusal has no effect that it would have to go together with. */
  override refused(request: FastifyRequest, code: string): void {
    const caller = callerOf(request);
    if (caller === undefined) return;
    const pending = pendingEntryOf(request);
    const entry =
      pending === undefined
        ? { action: 'access.refused', details: { method: request.method, route: request.routeOptions.url } }
        : entryOfRequest(request, pending, undefined);
    const write = this.trail.note(caller.organizationId, { ...entry, outcome: 'refused', code }).then(
      () => undefined,
      (err: unknown) => this.#log.error({ msg: 'A refusal could not be noted in the audit log.', err }),
    );
    this.#writing.add(write);
    void write.finally(() => this.#writing.delete(write));
  }

  /** Effects in transactions of their own, whose routes end without having passed by here. */
  async finish(request: FastifyRequest, answer: unknown): Promise<void> {
    const caller = callerOf(request);
    const pending = pendingEntryOf(request);
    if (caller === undefined || pending === undefined || pending.settled) return;
    pending.settled = true;
    await this.trail.note(caller.organizationId, entryOfRequest(request, pending, answer));
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.#writing);
  }
}
