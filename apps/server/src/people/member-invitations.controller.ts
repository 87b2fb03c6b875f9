import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Tenancy } from '@rekomi/database';
import {
  ApiPage,
  Idempotent,
  type IdempotentCall,
  IdempotentWork,
  Limited,
  mapPage,
  type Page,
  pageById,
  PageQuery,
  problem,
  ResourceId,
} from '@rekomi/http';
import {
  type Acceptance,
  Audited,
  CurrentPerson,
  CurrentTenant,
  MemberInvitationService,
  NotAudited,
  type PersonTenant,
  Public,
  refuseForeignPage,
  requireOwnPage,
  SiteAddress,
  type Tenant,
} from '@rekomi/identity';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { AcceptMemberInvitationRequest } from './accept-member-invitation.request.js';
import { BrowserSessions } from './browser-sessions.js';
import { clientOf } from './client-of.js';
import {
  CreatedMemberInvitationAnswer,
  createdMemberInvitationAnswer,
} from './created-member-invitation.answer.js';
import { InvitationDelivery } from './invitation-delivery.js';
import { InviteMemberRequest } from './invite-member.request.js';
import { LINK_LIMIT } from './limits.js';
import { MemberInvitationAnswer, memberInvitationAnswer } from './member-invitation.answer.js';
import { SessionAnswer } from './session.answer.js';

@ApiTags('People')
@Controller('member-invitations')
export class MemberInvitationsController {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly idempotent: IdempotentWork,
    private readonly invitations: MemberInvitationService,
    private readonly delivery: InvitationDelivery,
    private readonly browsers: BrowserSessions,
    @Inject(SiteAddress) private readonly site: SiteAddress,
  ) {}

  @Post()
  @Audited('member_invitation.created', { label: 'email' })
  @ApiOperation({
    summary: 'Invite a colleague',
    description:
      'A personal link, for this address only, used once, within 7 days. It is mailed where a mail server is configured, else shown here once. An open invitation of the same address is replaced.',
  })
  @ApiCreatedResponse({ type: CreatedMemberInvitationAnswer })
  createMemberInvitation(
    @CurrentPerson() { organizationId, actor }: PersonTenant,
    @Idempotent() call: IdempotentCall,
    @Body() body: InviteMemberRequest,
  ): Promise<CreatedMemberInvitationAnswer> {
    return this.idempotent.run(call, async (tx) => {
      const changer = { organizationId, userId: actor.id };
      const { invitation, token } = await this.invitations.create(tx, changer, actor.label, body);
      const sent = await this.delivery.deliver(tx, organizationId, invitation, token);
      return {
        status: 201,
        body: createdMemberInvitationAnswer(invitation, sent),
        repeatBody: createdMemberInvitationAnswer(invitation, { ...sent, url: null }),
      };
    });
  }

  @Get()
  @ApiOperation({ summary: 'List invitations of colleagues', description: 'Oldest first, in every state.' })
  @ApiPage(MemberInvitationAnswer)
  async listMemberInvitations(
    @CurrentTenant() tenant: Tenant,
    @Query() query: PageQuery,
  ): Promise<Page<MemberInvitationAnswer>> {
    const rows = await this.tenancy.run(tenant.organizationId, (tx) =>
      this.invitations.list(tx, query.afterId(), query.limit + 1),
    );
    return mapPage(pageById(rows, query.limit), memberInvitationAnswer);
  }

  @Delete(':id')
  @HttpCode(204)
  @Audited('member_invitation.revoked')
  @ApiOperation({ summary: 'Withdraw an invitation', description: 'Its link is dead at once.' })
  @ApiNoContentResponse()
  async revokeMemberInvitation(
    @CurrentPerson() { organizationId, actor }: PersonTenant,
    @ResourceId('invitation') id: string,
  ): Promise<void> {
    await this.idempotent.change(organizationId, async (tx) => {
      await this.invitations.revoke(tx, { organizationId, userId: actor.id }, id);
    });
  }

  @Post('accept')
  @Public()
  @HttpCode(200)
  @NotAudited('Nobody is known before; the service writes its entry itself.')
  @Limited('member_invitation', LINK_LIMIT)
  @ApiOperation({
    summary: 'Accept an invitation',
    description:
      'With address and password, and a name for a new account; or, with the token alone, as the person who is signed in. Signs in where the invitation leads.',
  })
  @ApiOkResponse({ type: SessionAnswer })
  async acceptMemberInvitation(
    @Body() body: AcceptMemberInvitationRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionAnswer> {
    const acceptance = await this.#acceptance(body, request);
    const opened = await this.invitations.accept(body.token, acceptance, clientOf(request));
    await this.browsers.begin(request, reply, opened);
    return this.browsers.describe(opened.token);
  }

  async #acceptance(body: AcceptMemberInvitationRequest, request: FastifyRequest): Promise<Acceptance> {
    const { email, name = '', password } = body;
    if (email !== undefined && password !== undefined) {
      refuseForeignPage(request, this.site);
      return { email, name, password };
    }
    const signedIn = await this.browsers.find(request);
    if (signedIn === undefined) {
      const detail = 'Give address and password, or sign in first.';
      throw problem('validation_failed', {
        detail,
        errors: [{ pointer: email === undefined ? '#/email' : '#/password', code: 'is_defined', detail }],
      });
    }
    requireOwnPage(request, this.site, signedIn.token, request.headers['x-csrf-token']);
    const { id, label } = signedIn.person.actor;
    return { signedIn: { userId: id, email: label } };
  }
}
