import type { AuditTrail, NoticeBoard } from '@rekomi/identity';
import { ERROR_CODES, isErrorCode } from '@rekomi/provider-contract';
import type { EndpointNotice, EndpointNotices } from '@rekomi/webhooks';
import type { EntityManager } from 'typeorm';

/** What becomes of endpoints, told on the board of notices; what the product does to them, in the audit log as well. */
export class BoardNotices implements EndpointNotices {
  constructor(
    private readonly board: NoticeBoard,
    private readonly trail: AuditTrail,
  ) {}

  async failing(tx: EntityManager, organizationId: string, notice: EndpointNotice): Promise<void> {
    const kind = 'webhook_endpoint.failing';
    // The endpoint's lock is held, so two drains cannot both find none.
    if (await this.board.isOpen(tx, organizationId, { kind, subjectId: notice.endpointId })) return;
    await this.post(tx, organizationId, kind, {
      ...notice,
      detail: `The webhook endpoint ${notice.label} fails. ${notice.detail}`,
    });
  }

  async disabled(tx: EntityManager, organizationId: string, notice: EndpointNotice): Promise<void> {
    const { endpointId, label, code, detail } = notice;
    await this.post(tx, organizationId, 'webhook_endpoint.disabled', {
      ...notice,
      detail: `The webhook endpoint ${label} was disabled. ${detail}`,
    });
    await this.trail.record(tx, organizationId, {
      action: 'webhook_endpoint.disabled',
      actor: { kind: 'system' },
      resource: { id: endpointId, label },
      details: { reason: code },
    });
  }

  resolve(tx: EntityManager, organizationId: string, endpointId: string): Promise<void> {
    return this.board.resolve(tx, organizationId, endpointId);
  }

  private post(
    tx: EntityManager,
    organizationId: string,
    kind: string,
    { endpointId, label, code, detail }: EndpointNotice,
  ): Promise<void> {
    return this.board.post(tx, organizationId, {
      ...{ kind, code, detail },
      subjectId: endpointId,
      subjectLabel: label,
      fix: isErrorCode(code) ? ERROR_CODES[code].fix : '',
    });
  }
}
