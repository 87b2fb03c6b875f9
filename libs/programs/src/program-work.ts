import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { SyncOutbox } from '@rekomi/sync';

import { UnitOfWork } from './unit-of-work.js';

/** Runs work on campaigns and affiliates in a transaction of its own and wakes the engine after its commit. */
@Injectable()
export class ProgramWork {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly outbox: SyncOutbox,
  ) {}

  async run<T>(organizationId: string, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    const { result, unit } = await this.tenancy.run(organizationId, async (tx) => {
      const fresh = new UnitOfWork(tx, organizationId);
      return { result: await work(fresh), unit: fresh };
    });
    this.wake(unit);
    return result;
  }

  /** For units of work whose transaction somebody else committed. */
  wake(unit: UnitOfWork): void {
    if (unit.connections.length > 0) this.outbox.wake(unit.connections);
  }
}
