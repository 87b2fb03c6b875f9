import { Logger } from '@nestjs/common';
import type { Tenancy } from '@rekomi/database';
import { IDEMPOTENCY_HOURS } from '@rekomi/http';
import { IDLE_DAYS } from '@rekomi/identity';
import { MAIL_KEPT_DAYS } from '@rekomi/mail';

const EVERY_MS = 60 * 60 * 1000;
/** How long it is known of one delivery that it was read back; the counts stay. */
const RECEIPTS_KEPT_DAYS = 90;

/** Chores of the tables: partitions ahead of time; answers, mails and limits that nobody will ask for any more. */
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
      await this.tenancy.lookup(`SELECT forget_mails(make_interval(days => $1))`, [MAIL_KEPT_DAYS]);
      await this.tenancy.lookup(`SELECT forget_receipts(make_interval(days => $1))`, [RECEIPTS_KEPT_DAYS]);
      await this.tenancy.lookup(`SELECT forget_limits()`);
      await this.tenancy.lookup(`SELECT forget_previews(make_interval(days => 1))`);
      await this.tenancy.lookup(`SELECT forget_sessions(make_interval(days => $1))`, [IDLE_DAYS]);
      await this.tenancy.lookup(`SELECT forget_password_reset_links()`);
    } catch (err) {
      this.log.error({ msg: 'Housekeeping failed; it is tried again in an hour.', err });
    }
  }
}
