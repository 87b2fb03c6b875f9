import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Limited, problem, type ProblemException } from '@rekomi/http';
import { NotAudited, Public } from '@rekomi/identity';
import {
  AcceptanceService,
  type AcceptanceResult,
  type Invitation,
  type InvitationState,
  type InvitePlace,
  type ProgramResult,
  ProgramWork,
} from '@rekomi/programs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createElement, type ReactElement } from 'react';

import { PAGE_MEDIA_TYPE, renderPage } from '../pages/render-page.js';
import { valueOf } from '../programs/program-problems.js';
import { PublicUrl } from '../resources/public-url.js';
import { AcceptedPage } from './accepted-page.js';
import { type InvitationAnswer, invitationAnswer } from './invitation.answer.js';
import { InvitationPage } from './invitation-page.js';
import { readSentAcceptance } from './sent-acceptance.js';

const LIMIT = { perMinute: 30, burst: 60 };

const REFUSED = {
  accepted: 'invite_accepted',
  member: 'invite_not_needed',
  revoked: 'invite_revoked',
  closed: 'invite_revoked',
  expired: 'invite_expired',
} as const satisfies Record<Exclude<InvitationState, 'open'>, Parameters<typeof problem>[0]>;

/**
 * Where a personal link leads: a page for people, the same as JSON for pages of the merchant's own (`Accept:
 * application/json`; accept with a JSON body).
 */
@Public()
@ApiExcludeController()
@Controller('invites')
export class InvitationsController {
  constructor(
    private readonly acceptance: AcceptanceService,
    private readonly work: ProgramWork,
    private readonly addresses: PublicUrl,
  ) {}

  @Get(':token')
  @Limited('invitation', LIMIT)
  async showInvitation(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | InvitationAnswer> {
    const { organizationId, inviteId } = await this.place(token);
    const invitation = await this.work.run(organizationId, (unit) => this.acceptance.read(unit, inviteId));
    if (invitation === undefined) throw problem('invite_link_unknown');
    if (invitation.state !== 'open') throw refused(invitation, invitation.state);
    void reply.header('cache-control', 'no-store');
    if (!wantsPage(request)) return invitationAnswer(invitation);
    return page(reply, createElement(InvitationPage, { invitation }));
  }

  @Post(':token')
  @HttpCode(200)
  @Limited('invitation', LIMIT)
  @NotAudited('Done by the invited person; the invite keeps the time.')
  async acceptInvitation(
    @Param('token') token: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | { readonly status: 'approved' | 'applied' }> {
    const { organizationId, inviteId } = await this.place(token);
    const sent = readSentAcceptance(body);
    void reply.header('cache-control', 'no-store');
    const result = await this.work.run(organizationId, (unit) =>
      this.acceptance.accept(unit, inviteId, { ...sent, source: this.addresses.url('/invites') }),
    );
    if (result === undefined) throw problem('invite_link_unknown');
    if (!result.ok && result.problem.reason === 'invalid' && isForm(request)) {
      const invitation = await this.work.run(organizationId, (unit) => this.acceptance.read(unit, inviteId));
      if (invitation === undefined) throw problem('invite_link_unknown');
      void reply.status(400);
      return page(reply, createElement(InvitationPage, { invitation, sent, faults: faultsOf(result) }));
    }
    const done = valueOf(result);
    if (!done.accepted) throw refused(done.invitation, done.invitation.state);
    if (!isForm(request)) return { status: done.status };
    return page(reply, createElement(AcceptedPage, { invitation: done.invitation, status: done.status }));
  }

  private async place(token: string): Promise<InvitePlace> {
    const place = await this.acceptance.find(token);
    if (place === undefined) throw problem('invite_link_unknown');
    return place;
  }
}

function refused({ organization, campaign }: Invitation, state: InvitationState): ProblemException {
  if (state === 'open') throw new Error('An open invitation was refused.');
  return problem(REFUSED[state], {
    detail: `The invitation of ${organization} to ${campaign} cannot be used any more.`,
  });
}

function faultsOf(result: ProgramResult<AcceptanceResult>): readonly { field: string; message: string }[] {
  if (result.ok || result.problem.reason !== 'invalid') return [];
  return result.problem.errors.map(({ pointer, detail }) => ({ field: pointer.slice(2), message: detail }));
}

function page(reply: FastifyReply, element: ReactElement): string {
  void reply.type(PAGE_MEDIA_TYPE);
  return renderPage(element);
}

function wantsPage(request: FastifyRequest): boolean {
  return !/^application\/json\b/.test(request.headers.accept ?? '');
}

function isForm(request: FastifyRequest): boolean {
  return !/^application\/json\b/.test(request.headers['content-type'] ?? '');
}
