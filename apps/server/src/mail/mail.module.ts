import { Global, Module } from '@nestjs/common';
import { MailOutbox, SqlMailOutbox } from '@rekomi/mail';

import type { ServerSettings } from '../config/settings.js';
import { SERVER_SETTINGS } from '../resources/resources.module.js';

/** Where every role leaves mail. Sending it is a module of its own. */
@Global()
@Module({
  providers: [
    {
      provide: MailOutbox,
      useFactory: (settings: ServerSettings) =>
        new SqlMailOutbox({ configured: settings.SMTP_URL !== undefined, from: settings.MAIL_FROM }),
      inject: [SERVER_SETTINGS],
    },
  ],
  exports: [MailOutbox],
})
export class MailModule {}
