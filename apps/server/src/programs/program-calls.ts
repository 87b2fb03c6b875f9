import { Injectable } from '@nestjs/common';
import { type Answer, type IdempotentCall, IdempotentWork } from '@rekomi/http';
import { ProgramWork, UnitOfWork } from '@rekomi/programs';

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
}
