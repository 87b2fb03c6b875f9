import { type BeforeApplicationShutdown, Logger, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { InviteExpiry, InvitesModule } from '@rekomi/programs';

const EVERY_MS = 60_000;

/** Has invites whose time is over noted within a minute, in processes that work. */
@Module({ imports: [InvitesModule] })
export class InviteExpiryModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(InviteExpiryModule.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly expiry: InviteExpiry) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.run().finally(() => (this.running = undefined));
    }, EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      await this.expiry.run();
    } catch (err) {
      this.log.error({ msg: 'Expired invites could not be noted; it is tried again in a minute.', err });
    }
  }
}
