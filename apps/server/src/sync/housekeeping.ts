import { Logger } from '@nestjs/common';
import type { Tenancy } from '@rekomi/database';
import { IDEMPOTENCY_HOURS } from '@rekomi/http';

const EVERY_MS = 60 * 60 * 1000;

/** Chores of the tables: partitions ahead of time, and answers to repeated requests that nobody will repeat any more. */
export class Housekeeping {
  private readonly log = new Logger(Housekeeping.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly tenancy: Tenancy) {}

  async start(): Promise<void> {
    await this.tidy();
    this.timer = setInterval(() => void this.tidy(), EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async tidy(): Promise<void> {
    try {
      await this.tenancy.lookup(`SELECT prepare_partitions()`);
      await this.tenancy.lookup(`SELECT forget_idempotency_keys(make_interval(hours => $1))`, [
        IDEMPOTENCY_HOURS,
      ]);
    } catch (err) {
      this.log.error({ msg: 'Housekeeping failed; it is tried again in an hour.', err });
    }
  }
}
