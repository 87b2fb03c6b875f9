import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Limited } from '@rekomi/http';
import {
  NotAudited,
  Public,
  refuseForeignPage,
  requireOwnPage,
  SessionService,
  SignInService,
  SiteAddress,
} from '@rekomi/identity';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createElement } from 'react';

import { BrowserSessions, type SignedIn } from '../browser-sessions.js';
import { clientOf } from '../client-of.js';
import { SIGN_IN_LIMIT } from '../limits.js';
import { AccountPage } from './account.page.js';
import { CSRF_FIELD } from './csrf-field.js';
import { attempt } from './form-attempt.js';
import { fieldOf } from './form-fields.js';
import { goTo, showPage } from './page-reply.js';
import { SignInPage } from './sign-in.page.js';
import { SignOutPage } from './sign-out.page.js';

const SIGN_IN = '/account/sign-in';

/** Signing in and out, and what one sees in between, without any script. */
@Public()
@ApiExcludeController()
@Controller('account')
export class AccountPagesController {
  constructor(
    private readonly signIns: SignInService,
    private readonly sessions: SessionService,
    private readonly browsers: BrowserSessions,
    @Inject(SiteAddress) private readonly site: SiteAddress,
  ) {}

  @Get()
  async accountPage(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const signedIn = await this.browsers.find(request);
    if (signedIn === undefined) return goTo(reply, SIGN_IN);
    const session = await this.browsers.describePerson(signedIn.person, signedIn.token);
    return showPage(reply, createElement(AccountPage, { session }));
  }

  @Get('sign-in')
  signInPage(
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query('password') password: string | undefined,
  ): string {
    const notice = password === 'set' ? 'Your new password is set. Sign in with it.' : undefined;
    return showPage(reply, createElement(SignInPage, { notice }));
  }

  @Post('sign-in')
  @HttpCode(200)
  @NotAudited('Nobody is known before; the service writes its entries itself.')
  @Limited('sign_in', SIGN_IN_LIMIT)
  async submitSignIn(
    @Body() body: object,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    refuseForeignPage(request, this.site);
    const [email, password] = [fieldOf(body, 'email').trim(), fieldOf(body, 'password')];
    const done = await attempt('email', () => this.signIns.signIn({ email, password }, clientOf(request)));
    if (!done.ok)
      return showPage(reply, createElement(SignInPage, { email, faults: done.faults }), done.status);
    await this.browsers.begin(request, reply, done.result);
    return goTo(reply, '/account');
  }

  @Get('sign-out')
  async signOutPage(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const signedIn = await this.browsers.find(request);
    if (signedIn === undefined) return goTo(reply, SIGN_IN);
    return showPage(reply, createElement(SignOutPage, { csrfToken: signedIn.csrfToken }));
  }

  @Post('sign-out')
  @HttpCode(200)
  @NotAudited('Ends what the person began; nothing of the organisation changes.')
  async submitSignOut(
    @Body() body: object,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if ((await this.#requireSignedIn(request, body)) !== undefined) await this.browsers.end(request, reply);
    return goTo(reply, SIGN_IN);
  }

  @Post('organization')
  @HttpCode(200)
  @NotAudited('Only where the person works next; nothing of an organisation changes.')
  async submitOrganization(
    @Body() body: object,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const signedIn = await this.#requireSignedIn(request, body);
    if (signedIn === undefined) return goTo(reply, SIGN_IN);
    const { actor } = signedIn.person;
    const wanted = fieldOf(body, 'organizationId');
    await this.sessions.switchOrganization(actor.id, actor.sessionId, wanted);
    return goTo(reply, '/account');
  }

  async #requireSignedIn(request: FastifyRequest, body: object): Promise<SignedIn | undefined> {
    const signedIn = await this.browsers.find(request);
    if (signedIn !== undefined) requireOwnPage(request, this.site, signedIn.token, fieldOf(body, CSRF_FIELD));
    return signedIn;
  }
}
