import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Limited } from '@rekomi/http';
import {
  type Acceptance,
  FirstOwnerService,
  MemberInvitationService,
  NotAudited,
  PasswordResetService,
  Public,
  refuseForeignPage,
  requireOwnPage,
  SiteAddress,
} from '@rekomi/identity';
import { isEmail } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createElement } from 'react';

import { BrowserSessions } from '../browser-sessions.js';
import { clientOf } from '../client-of.js';
import { LINK_LIMIT } from '../limits.js';
import { resetRequested } from '../password-reset-words.js';
import { CSRF_FIELD } from './csrf-field.js';
import { FirstOwnerPage } from './first-owner.page.js';
import { ForgotPage } from './forgot.page.js';
import { attempt } from './form-attempt.js';
import { fieldOf } from './form-fields.js';
import { InvitationPage } from './invitation.page.js';
import { NoticePage } from './notice.page.js';
import { goTo, showPage } from './page-reply.js';
import { ResetPage } from './reset.page.js';

const NO_ADDRESS = { field: 'email', message: 'Give an address of the form name@example.com.' } as const;
const LONGEST_NAME = 200;

/**
 * Where one-time links lead. GET only shows a form, because mail scanners open links before people do; POST acts.
 */
@Public()
@ApiExcludeController()
@Controller('account')
export class AccountLinkPagesController {
  constructor(
    private readonly firstOwners: FirstOwnerService,
    private readonly invitations: MemberInvitationService,
    private readonly resets: PasswordResetService,
    private readonly browsers: BrowserSessions,
    @Inject(SiteAddress) private readonly site: SiteAddress,
  ) {}

  @Get('first/:token')
  @Limited('account_link', LINK_LIMIT)
  async firstOwnerPage(
    @Param('token') token: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { organizationName } = await this.firstOwners.find(token);
    return showPage(reply, createElement(FirstOwnerPage, { token, organizationName }));
  }

  @Post('first/:token')
  @HttpCode(200)
  @NotAudited('Nobody is known before; the service writes its entry itself.')
  @Limited('account_link', LINK_LIMIT)
  async submitFirstOwner(
    @Param('token') token: string,
    @Body() body: object,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    refuseForeignPage(request, this.site);
    const [name, email] = [nameOf(body), fieldOf(body, 'email').trim()];
    const { organizationName } = await this.firstOwners.find(token);
    const shown = { token, organizationName, name, email };
    if (!isEmail(email))
      return showPage(reply, createElement(FirstOwnerPage, { ...shown, faults: [NO_ADDRESS] }), 400);
    const person = { name, email, password: fieldOf(body, 'password') };
    const done = await attempt('email', () => this.firstOwners.complete(token, person, clientOf(request)));
    if (!done.ok)
      return showPage(reply, createElement(FirstOwnerPage, { ...shown, faults: done.faults }), done.status);
    await this.browsers.begin(request, reply, done.result);
    return goTo(reply, '/account');
  }

  @Get('forgot')
  forgotPage(@Res({ passthrough: true }) reply: FastifyReply): string {
    return showPage(reply, createElement(ForgotPage, {}));
  }

  @Post('forgot')
  @HttpCode(200)
  @NotAudited('Nobody is known; the service writes its entries itself.')
  @Limited('password_reset', LINK_LIMIT)
  submitForgot(
    @Body() body: object,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string {
    refuseForeignPage(request, this.site);
    const email = fieldOf(body, 'email').trim();
    if (!isEmail(email))
      return showPage(reply, createElement(ForgotPage, { email, faults: [NO_ADDRESS] }), 400);
    this.resets.request(email);
    const notice = { title: 'Set a new password', text: resetRequested(this.resets.mails) };
    return showPage(reply, createElement(NoticePage, notice));
  }

  @Get('reset/:token')
  @Limited('account_link', LINK_LIMIT)
  async resetPage(
    @Param('token') token: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { email } = await this.resets.find(token);
    return showPage(reply, createElement(ResetPage, { token, email }));
  }

  @Post('reset/:token')
  @HttpCode(200)
  @NotAudited('Nobody is known; the service writes its entries itself.')
  @Limited('password_reset', LINK_LIMIT)
  async submitReset(
    @Param('token') token: string,
    @Body() body: object,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    refuseForeignPage(request, this.site);
    const { email } = await this.resets.find(token);
    const done = await attempt('password', () => this.resets.complete(token, fieldOf(body, 'password')));
    if (!done.ok)
      return showPage(reply, createElement(ResetPage, { token, email, faults: done.faults }), done.status);
    return goTo(reply, '/account/sign-in?password=set');
  }

  @Get('invitation/:token')
  @Limited('account_link', LINK_LIMIT)
  async invitationPage(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const invitation = await this.invitations.find(token);
    const signedIn = await this.#signedIn(request);
    return showPage(reply, createElement(InvitationPage, { token, invitation, signedIn }));
  }

  @Post('invitation/:token')
  @HttpCode(200)
  @NotAudited('Nobody is known before; the service writes its entry itself.')
  @Limited('member_invitation', LINK_LIMIT)
  async submitInvitation(
    @Param('token') token: string,
    @Body() body: object,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    refuseForeignPage(request, this.site);
    const invitation = await this.invitations.find(token);
    const done = await attempt('password', async () =>
      this.invitations.accept(token, await this.#acceptance(request, body), clientOf(request)),
    );
    if (!done.ok) {
      const signedIn = await this.#signedIn(request);
      const shown = { token, invitation, signedIn, name: nameOf(body), faults: done.faults };
      return showPage(reply, createElement(InvitationPage, shown), done.status);
    }
    await this.browsers.begin(request, reply, done.result);
    return goTo(reply, '/account');
  }

  async #acceptance(request: FastifyRequest, body: object): Promise<Acceptance> {
    const password = fieldOf(body, 'password');
    const signedIn = password === '' ? await this.browsers.find(request) : undefined;
    if (signedIn === undefined) return { email: fieldOf(body, 'email').trim(), name: nameOf(body), password };
    requireOwnPage(request, this.site, signedIn.token, fieldOf(body, CSRF_FIELD));
    const { id, label } = signedIn.person.actor;
    return { signedIn: { userId: id, email: label } };
  }

  async #signedIn(
    request: FastifyRequest,
  ): Promise<{ readonly email: string; readonly csrfToken: string } | undefined> {
    const signedIn = await this.browsers.find(request);
    return signedIn && { email: signedIn.person.actor.label, csrfToken: signedIn.csrfToken };
  }
}

function nameOf(body: object): string {
  return fieldOf(body, 'name').trim().slice(0, LONGEST_NAME);
}
