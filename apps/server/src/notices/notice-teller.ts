import type { Tenancy } from '@rekomi/database';
import type { NoticeTellings } from '@rekomi/identity';
import { type DueWork, type SyncOutbox, waitingContacts } from '@rekomi/sync';

import { noticeMessages } from './notice-messages.js';

/** Organisations that one round tells. */
const ORGANIZATIONS_AT_ONCE = 50;

/** Tells mailboxes and webhook endpoints what is new on the boards. Mail, message and note of both are one transaction. */
export class NoticeTeller implements DueWork {
  constructor(
    private readonly parts: {
      readonly tenancy: Tenancy;
      readonly tellings: NoticeTellings;
      readonly outbox: SyncOutbox;
      /** Where more about a code stands. */
      readonly linkOf: (code: string) => string;
    },
  ) {}

  /** @returns how many pieces of news there were. */
  async checkDue(): Promise<number> {
    let told = 0;
    for (const organizationId of await this.parts.tellings.due(ORGANIZATIONS_AT_ONCE))
      told += await this.tell(organizationId);
    return told;
  }

  private async tell(organizationId: string): Promise<number> {
    const { tenancy, tellings, outbox, linkOf } = this.parts;
    const [told, woken] = await tenancy.run(organizationId, async (tx) => {
      const news = await tellings.take(tx, organizationId);
      const subjects = new Set(news.map(({ subjectId }) => subjectId));
      const waiting = await waitingContacts(tx, organizationId, [...subjects]);
      const messages = noticeMessages(organizationId, news, waiting, linkOf);
      return [
        news.length,
        messages === undefined ? [] : await outbox.announce(tx, organizationId, messages),
      ] as const;
    });
    outbox.wake(woken);
    return told;
  }
}
