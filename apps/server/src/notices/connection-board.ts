import type { AuditTrail, NoticeBoard } from '@rekomi/identity';
import type { ConnectionMatter, ConnectionNews, ConnectionNotices } from '@rekomi/sync';
import type { EntityManager } from 'typeorm';

/**
 * How long a matter has to last before mailboxes and endpoints hear of it, in milliseconds. A stop is looked into after a
 * quarter of a minute: one odd answer of a vendor is over before anybody is alarmed, and stands on the board all the same.
 */
const TELL_AFTER_MS: Readonly<Record<ConnectionMatter, number>> = {
  auth_error: 30_000,
  needs_attention: 30_000,
  audience_missing: 0,
  rate_limited: 0,
  vendor_down: 0,
  unbalanced: 0,
  contacts_refused: 0,
};

/** Kind of a notice about this matter. */
export const noticeKind = (matter: ConnectionMatter): string => `connection.${matter}`;

/** What becomes of connections, told on the board of notices; what the product stops by itself, in the audit log as well. */
export class ConnectionBoard implements ConnectionNotices {
  constructor(
    private readonly board: NoticeBoard,
    private readonly trail: AuditTrail,
  ) {}

  async broke(tx: EntityManager, organizationId: string, news: ConnectionNews): Promise<void> {
    const { connectionId, label, matter, code, detail } = news;
    const isNew = await this.board.raise(tx, organizationId, {
      ...{ kind: noticeKind(matter), code, detail },
      subjectId: connectionId,
      subjectLabel: label,
      tellInMs: TELL_AFTER_MS[matter],
    });
    if (!isNew || (matter !== 'auth_error' && matter !== 'needs_attention')) return;
    await this.trail.record(tx, organizationId, {
      action: 'connection.stopped',
      actor: { kind: 'system' },
      resource: { id: connectionId, label },
      details: { reason: code },
    });
  }

  over(
    tx: EntityManager,
    organizationId: string,
    connectionId: string,
    matters: readonly ConnectionMatter[],
    how: 'told' | 'quietly',
  ): Promise<void> {
    return this.board.close(tx, organizationId, connectionId, matters.map(noticeKind), how);
  }
}
