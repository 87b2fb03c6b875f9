import { createHash } from 'node:crypto';

import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  BurstBudget,
  Idempotent,
  type IdempotentCall,
  type Page,
  pageById,
  problem,
  ResourceId,
} from '@rekomi/http';
import { Audited, CurrentTenant, type Tenant } from '@rekomi/identity';
import {
  InviteKeeperService,
  InviteLinks,
  type InviteOutcome,
  InviteService,
  ProgramWork,
} from '@rekomi/programs';

import { pageAfterId } from '../programs/page-after-id.js';
import { ProgramCalls } from '../programs/program-calls.js';
import { valueOf } from '../programs/program-problems.js';
import { CreateInviteRequest } from './create-invite.request.js';
import { CreateInvitesRequest } from './create-invites.request.js';
import { ExtendInviteRequest } from './extend-invite.request.js';
import { rowsAnswer, withLinks } from './invite-answers.js';
import { NO_KEYS, readInviteCall } from './invite-call.js';
import { InviteLinkAnswer } from './invite-link.answer.js';
import { inviteValueOf } from './invite-problems.js';
import { InviteRowsAnswer } from './invite-rows.answer.js';
import { InviteAnswer } from './invite.answer.js';
import { InvitedAnswer } from './invited.answer.js';
import { invitedPeople } from './invited-people.js';
import { InvitesQuery } from './invites.query.js';
import { OUTCOME_TEXTS } from './outcome-texts.js';

/** A segment of 50,000 people in a CRM calls once for each of them, all at once. */
const CALLS_PER_MINUTE = 60_000;

@ApiTags('Invites')
@Controller('invites')
export class InvitesController {
  constructor(
    private readonly invites: InviteService,
    private readonly keeper: InviteKeeperService,
    private readonly links: InviteLinks,
    private readonly work: ProgramWork,
    private readonly calls: ProgramCalls,
  ) {}

  @Post()
  @Audited('invite.created', { id: 'invite_id' })
  @BurstBudget('invites', CALLS_PER_MINUTE)
  @ApiOperation({
    summary: 'Invite one person',
    description:
      'Made for tools that call once per person, such as a step of a Customer.io campaign: values may come as texts, blank ones count as absent, and the answer is small and flat. Calling again for the same person answers with the same link.',
  })
  @ApiCreatedResponse({ type: InvitedAnswer, description: 'Invited.' })
  @ApiOkResponse({ type: InvitedAnswer, description: 'Nothing new; `outcome` says why.' })
  async createInvite(
    @Body() body: CreateInviteRequest,
    @Idempotent(NO_KEYS) call: IdempotentCall,
  ): Promise<InvitedAnswer> {
    const { request, key } = readInviteCall(body);
    const answer = await this.calls.run(sameDelivery(call, body, key), async (unit) => {
      const [outcome] = inviteValueOf(await this.invites.invite(unit, request));
      if (outcome === undefined) throw new Error('One person gave no outcome.');
      if (outcome.outcome === 'invalid') {
        throw problem('validation_failed', { errors: outcome.errors });
      }
      return { status: outcome.outcome === 'invited' ? 201 : 200, body: invitedAnswer(outcome) };
    });
    const { invite_id: inviteId, ...told } = answer;
    const url = inviteId === null ? null : this.links.invite(inviteId);
    return { ...told, invite_id: inviteId, invite_url: url };
  }

  @Post('bulk')
  @HttpCode(200)
  @Audited('invite.created', {
    counts: ['invited', 'alreadyInvited', 'alreadyAffiliate', 'alreadyApplied', 'suppressed', 'invalid'],
  })
  @ApiOperation({
    summary: 'Invite up to 10,000 people',
    description:
      'As rows, as a pasted list or as the content of a CSV file. One result per person; who cannot be invited does not stop the others. Sending the same again invites nobody twice: the links stay the same.',
  })
  @ApiOkResponse({ type: InviteRowsAnswer })
  async createInvites(
    @Body() body: CreateInvitesRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<InviteRowsAnswer> {
    const { source, people, listed, pointer } = invitedPeople(body);
    const {
      campaign,
      tier,
      tags,
      expiresInDays,
      approveOnAccept,
      deliveredBy,
      extend,
      sendMail,
      resend,
      mail,
    } = body;
    const answer = await this.calls.run(call, async (unit) => {
      const outcomes = inviteValueOf(
        await this.invites.invite(unit, {
          ...{ campaign, source, people, pointer },
          ...(tier === undefined ? {} : { tier }),
          ...(tags === undefined ? {} : { tags }),
          ...(expiresInDays === undefined ? {} : { expiresInDays }),
          ...(approveOnAccept === undefined ? {} : { approveOnAccept }),
          ...(deliveredBy === undefined ? {} : { deliveredBy }),
          ...(extend === undefined ? {} : { extend }),
          ...(sendMail === true
            ? { mail: { subject: mail?.subject ?? null, text: mail?.text ?? null, resend: resend === true } }
            : {}),
        }),
      );
      return { status: 200, body: rowsAnswer(outcomes, listed) };
    });
    return withLinks(answer, this.links);
  }

  @Get()
  @ApiOperation({ summary: 'List invites', description: 'Newest first. Filters are combined.' })
  @ApiPage(InviteAnswer)
  async listInvites(
    @Query() query: InvitesQuery,
    @CurrentTenant() tenant: Tenant,
  ): Promise<Page<InviteAnswer>> {
    const wanted = pageAfterId(query);
    const rows = await this.work.run(tenant.organizationId, (unit) =>
      this.keeper.list(unit, query.filter(), wanted),
    );
    return pageById(valueOf(rows), query.limit);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read an invite' })
  @ApiOkResponse({ type: InviteAnswer })
  async getInvite(@ResourceId('invite') id: string, @CurrentTenant() tenant: Tenant): Promise<InviteAnswer> {
    return valueOf(await this.work.run(tenant.organizationId, (unit) => this.keeper.get(unit, id)));
  }

  @Get(':id/link')
  @ApiOperation({
    summary: 'Show the personal link of an open invite',
    description: 'The same link every time.',
  })
  @ApiOkResponse({ type: InviteLinkAnswer })
  async getInviteLink(
    @ResourceId('invite') id: string,
    @CurrentTenant() tenant: Tenant,
  ): Promise<InviteLinkAnswer> {
    const invite = valueOf(await this.work.run(tenant.organizationId, (unit) => this.keeper.get(unit, id)));
    return { link: invite.state === 'open' ? this.links.invite(id) : null, state: invite.state };
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Audited('invite.revoked')
  @ApiOperation({
    summary: 'Take an invite back',
    description: 'The link stops working, and goes where it was written. Doing it twice is doing it once.',
  })
  @ApiOkResponse({ type: InviteAnswer })
  revokeInvite(@ResourceId('invite') id: string, @Idempotent() call: IdempotentCall): Promise<InviteAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 200,
      body: inviteValueOf(await this.keeper.revoke(unit, id)),
    }));
  }

  @Post(':id/extend')
  @HttpCode(200)
  @Audited('invite.extended')
  @ApiOperation({
    summary: 'Give an invite more time',
    description:
      'The same link works for that many days from now on, also when it had expired. Never shortens.',
  })
  @ApiOkResponse({ type: InviteAnswer })
  extendInvite(
    @ResourceId('invite') id: string,
    @Body() body: ExtendInviteRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<InviteAnswer> {
    return this.calls.run(call, async (unit) => ({
      status: 200,
      body: inviteValueOf(await this.keeper.extend(unit, id, body.expiresInDays)),
    }));
  }
}

/**
 * A tool that repeats a call after a lost answer may render its template anew, so the same delivery is recognised by whom it
 * invites and to what.
 */
function sameDelivery(
  call: IdempotentCall,
  body: CreateInviteRequest,
  key: string | undefined,
): IdempotentCall {
  const about = JSON.stringify([
    String(body.email ?? '')
      .trim()
      .toLowerCase(),
    String(body.campaign ?? '').trim(),
  ]);
  return {
    ...call,
    key: call.key ?? key,
    fingerprint: createHash('sha256').update(about).digest(),
  };
}

function invitedAnswer(outcome: Exclude<InviteOutcome, { readonly outcome: 'invalid' }>): InvitedAnswer {
  return {
    outcome: outcome.outcome,
    email: outcome.email,
    // Made anew for every answer, and stored nowhere.
    invite_url: null,
    expires_at: 'expiresAt' in outcome ? outcome.expiresAt : null,
    invite_id: 'inviteId' in outcome ? outcome.inviteId : null,
    affiliate_id: 'affiliateId' in outcome ? outcome.affiliateId : null,
    detail: OUTCOME_TEXTS[outcome.outcome] ?? null,
  };
}
