import { Global, Module } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';
import { AuditTrail, NoticeBoard, NoticeMailWishes } from '@rekomi/identity';
import { MailOutbox } from '@rekomi/mail';

import { ConnectionBoard } from './connection-board.js';

/** The board of notices, and what connections have to say on it: what every role needs. */
@Global()
@Module({
  providers: [
    {
      provide: NoticeBoard,
      useFactory: (mails: MailOutbox) => new NoticeBoard(mails),
      inject: [MailOutbox],
    },
    {
      provide: ConnectionBoard,
      // A trail of its own: a worker has no API, and with it no audit module.
      useFactory: (board: NoticeBoard, tenancy: Tenancy) =>
        new ConnectionBoard(board, new AuditTrail(tenancy)),
      inject: [NoticeBoard, Tenancy],
    },
    NoticeMailWishes,
  ],
  exports: [NoticeBoard, ConnectionBoard, NoticeMailWishes],
})
export class NoticesModule {}
