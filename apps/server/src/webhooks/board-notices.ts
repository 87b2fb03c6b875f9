import type { NoticeBoard } from '@rekomi/identity';
import { ERROR_CODES, isErrorCode } from '@rekomi/provider-contract';
import type { EndpointNotice, EndpointNotices } from '@rekomi/webhooks';
import type { EntityManager } from 'typeorm';

/** What becomes of endpoints, told on the board of notices. */
export class BoardNotices implements EndpointNotices {
  constructor(private readonly board: NoticeBoard) {}

  disabled(
    tx: EntityManager,
    organizationId: string,
    { endpointId, label, code, detail }: EndpointNotice,
  ): Promise<void> {
    return this.board.post(tx, organizationId, {
      kind: 'webhook_endpoint.disabled',
      subjectId: endpointId,
      subjectLabel: label,
      code,
      detail: `The webhook endpoint ${label} was disabled. ${detail}`,
      fix: isErrorCode(code) ? ERROR_CODES[code].fix : '',
    });
  }

  resolve(tx: EntityManager, organizationId: string, endpointId: string): Promise<void> {
    return this.board.resolve(tx, organizationId, endpointId);
  }
}
