import { Injectable } from '@nestjs/common';
import { Tenancy } from '@rekomi/database';

import { ProgramWork } from '../program-work.js';
import { InviteFanOut } from './invite-fan-out.js';

const PAGE = 1_000;

const EXPIRE = `
  WITH due AS (
    SELECT id FROM invite
     WHERE organization_id = $1 AND id = ANY ($2::uuid[]) AND state = 'open' AND expires_at <= now()
     ORDER BY id FOR NO KEY UPDATE
  )
  UPDATE invite i SET state = 'expired', updated_at = now() FROM due WHERE i.id = due.id
  RETURNING i.affiliate_id AS "affiliateId", i.campaign_id AS "campaignId"`;

/**
 * Notes invites whose time is over, so that their links are taken back where they were written. Nobody could use them
 * any more anyway.
 */
@Injectable()
export class InviteExpiry {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly work: ProgramWork,
    private readonly fanOut: InviteFanOut,
  ) {}

  /** @returns how many were noted. Several processes may do it at once. */
  async run(): Promise<number> {
    let noted = 0;
    for (;;) {
      const due = await this.tenancy.lookup<{ organization_id: string; invite_id: string }>(
        'SELECT organization_id, invite_id FROM expired_invites($1)',
        [PAGE],
      );
      for (const organizationId of new Set(due.map((row) => row.organization_id))) {
        const theirs = due.filter((row) => row.organization_id === organizationId);
        noted += await this.#expire(
          organizationId,
          theirs.map((row) => row.invite_id),
        );
      }
      if (due.length < PAGE) return noted;
    }
  }

  #expire(organizationId: string, inviteIds: readonly string[]): Promise<number> {
    return this.work.run(organizationId, async (unit) => {
      const [expired]: [{ affiliateId: string; campaignId: string }[], number] = await unit.tx.query(EXPIRE, [
        organizationId,
        inviteIds,
      ]);
      await this.fanOut.changed(unit, expired, 'invite_ended');
      return expired.length;
    });
  }
}
