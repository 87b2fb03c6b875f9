import { Injectable } from '@nestjs/common';
import { type Answer, type IdempotentCall, IdempotentWork } from '@rekomi/http';
import type { Tenant } from '@rekomi/identity';
import { type ProgramResult, ProgramWork, UnitOfWork } from '@rekomi/programs';

import { valueOf } from './program-problems.js';

/** Runs what a POST asks for: once per idempotency key, in one transaction, and wakes the engine after its commit. */
@Injectable()
export class ProgramCalls {
  constructor(
    private readonly idempotent: IdempotentWork,
    private readonly work: ProgramWork,
  ) {}

  async run<Body>(call: IdempotentCall, work: (unit: UnitOfWork) => Promise<Answer<Body>>): Promise<Body> {
    let unit: UnitOfWork | undefined;
    const body = await this.idempotent.run(call, (tx) => {
      unit = new UnitOfWork(tx, call.organizationId);
      return work(unit);
    });
    if (unit !== undefined) this.work.wake(unit);
    return body;
  }

  /** What a PATCH, PUT or DELETE asks for: the same without a key, because doing it twice is doing it once. */
  async change<Result>(
    { organizationId }: Tenant,
    work: (unit: UnitOfWork) => Promise<ProgramResult<Result>>,
  ): Promise<Result> {
    let unit: UnitOfWork | undefined;
    const result = await this.idempotent.change(organizationId, async (tx) => {
      unit = new UnitOfWork(tx, organizationId);
      // What is refused throws, so that nothing of it is committed.
      return valueOf(await work(unit));
    });
    if (unit !== undefined) this.work.wake(unit);
    return result;
  }
}
