import {
  type BeforeApplicationShutdown,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Tenancy } from '@rekomi/database';
import { MailQueue, MailSender, SmtpClient } from '@rekomi/mail';

import type { ServerSettings } from '../config/settings.js';
import { ENGINE_TENANCY, SERVER_SETTINGS } from '../resources/resources.module.js';

/** Connections to the mail server, for each worker process. */
const CONNECTIONS = 5;

/** Sends mail, in the roles `worker` and `all`, where there is a mail server. */
@Module({})
export class MailSenderModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = new Logger('Mail');
  #sender: MailSender | undefined;

  constructor(
    @Inject(SERVER_SETTINGS) private readonly settings: ServerSettings,
    @Inject(ENGINE_TENANCY) private readonly tenancy: Tenancy,
  ) {}

  onApplicationBootstrap(): void {
    const { SMTP_URL, MAIL_FROM } = this.settings;
    if (SMTP_URL === undefined) return;
    this.#sender = new MailSender({
      queue: new MailQueue(this.tenancy),
      smtp: new SmtpClient({ url: SMTP_URL, from: MAIL_FROM, connections: CONNECTIONS }),
      log: {
        info: (line) => this.#log.log(line),
        warn: (line) => this.#log.warn(line),
        error: (line) => this.#log.error(line),
      },
      concurrency: CONNECTIONS,
      random: Math.random,
    });
    this.#sender.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#sender?.close();
  }
}
