import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';

import { findCampaign, lockCampaigns } from '../campaigns/find-campaign.js';
import { denied, granted, type ProgramResult } from '../program-problem.js';
import { storableText } from '../text.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { lockInvitation } from './acceptance-statements.js';
import { InviteFanOut } from './invite-fan-out.js';
import { DEFAULT_DAYS } from './invite-request.js';
import { type InviteFilter, type InviteView, readInvites } from './invite-view.js';

export interface InviteQuery extends Omit<InviteFilter, 'campaignId' | 'id'> {
  /** Id or slug. */
  readonly campaign?: string;
}

const REVOKE = `
  UPDATE invite SET state = 'revoked', revoked_at = now(), updated_at = now()
   WHERE organization_id = $1 AND id = $2 AND state IN ('open', 'expired')`;

/** Whose invitation is taken back is in nobody's list of invited people; inviting again brings the person back. */
const LEAVE = `
  UPDATE enrolment e SET status = 'archived', archived_from = 'invited', decided_at = now(), updated_at = now()
   WHERE e.organization_id = $1 AND e.affiliate_id = $2 AND e.campaign_id = $3 AND e.status = 'invited'
     AND NOT EXISTS (SELECT FROM invite i WHERE i.organization_id = $1 AND i.affiliate_id = $2 AND i.campaign_id = $3
                                            AND i.state = 'open')`;

const EXTEND = `
  UPDATE invite SET state = 'open', expires_at = greatest(expires_at, date_trunc('second', now()) + make_interval(days => $3)),
         updated_at = now()
   WHERE organization_id = $1 AND id = $2`;

const HAS_OTHER = `
  SELECT FROM invite WHERE organization_id = $1 AND affiliate_id = $2 AND campaign_id = $3 AND state = 'open' AND id <> $4`;

/** Looks invites up, takes them back and gives them more time. */
@Injectable()
export class InviteKeeperService {
  constructor(private readonly fanOut: InviteFanOut) {}

  async get(work: UnitOfWork, id: string): Promise<ProgramResult<InviteView>> {
    const [found] = isUUID(id) ? await readInvites(work, { id }, { limit: 1 }) : [];
    return found === undefined ? denied({ reason: 'not_found', what: 'invite', id }) : granted(found);
  }

  /** Newest first; one row more than `limit`, which tells whether there is more. */
  async list(
    work: UnitOfWork,
    { campaign, email, ...filter }: InviteQuery,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<ProgramResult<readonly InviteView[]>> {
    const found = campaign === undefined ? undefined : await findCampaign(work, campaign);
    if (found !== undefined && !found.ok) return found;
    const wanted: InviteFilter = {
      ...filter,
      ...(email === undefined ? {} : { email: storableText(email.normalize('NFC').trim()) }),
      ...(found === undefined ? {} : { campaignId: found.value.id }),
    };
    return granted(await readInvites(work, wanted, { ...page, limit: page.limit + 1 }));
  }

  /** The link stops working. Doing it twice is doing it once. */
  async revoke(work: UnitOfWork, id: string): Promise<ProgramResult<InviteView>> {
    const before = await this.#lock(work, id);
    if (!before.ok || before.value.state === 'revoked') return before;
    const { affiliateId, campaign, state } = before.value;
    if (state === 'accepted') {
      return denied(
        conflict('invite_accepted', 'The invitation was accepted. Decide about the affiliate instead.'),
      );
    }
    await work.tx.query(REVOKE, [work.organizationId, id]);
    await work.tx.query(LEAVE, [work.organizationId, affiliateId, campaign.id]);
    await this.fanOut.changed(work, [{ affiliateId, campaignId: campaign.id }], 'invite_ended');
    return this.get(work, id);
  }

  /** The same link works for that many days from now, also when its time was over. Never shortens. */
  async extend(work: UnitOfWork, id: string, days = DEFAULT_DAYS): Promise<ProgramResult<InviteView>> {
    const before = await this.#lock(work, id);
    if (!before.ok) return before;
    const { affiliateId, campaign, state } = before.value;
    if (state !== 'open' && state !== 'expired') {
      return denied(
        conflict(
          `invite_${state}`,
          `The invitation is ${state} and gets no more time. Invite again instead.`,
        ),
      );
    }
    const others: unknown[] = await work.tx.query(HAS_OTHER, [
      work.organizationId,
      affiliateId,
      campaign.id,
      id,
    ]);
    if (others.length > 0) {
      return denied(
        conflict('invite_replaced', 'The person was invited again meanwhile. Extend the newer invitation.'),
      );
    }
    await work.tx.query(EXTEND, [work.organizationId, id, days]);
    await this.fanOut.changed(work, [{ affiliateId, campaignId: campaign.id }], 'affiliate_invited');
    return this.get(work, id);
  }

  async #lock(work: UnitOfWork, id: string): Promise<ProgramResult<InviteView>> {
    const found = await this.get(work, id);
    if (!found.ok) return found;
    const { affiliateId, campaign } = found.value;
    await lockCampaigns(work, [campaign.id]);
    await lockInvitation(work, { affiliateId, campaignId: campaign.id });
    return this.get(work, id);
  }
}

function conflict(code: string, detail: string): Parameters<typeof denied>[0] {
  return { reason: 'conflict', errors: [{ pointer: '#', code, detail }] };
}
