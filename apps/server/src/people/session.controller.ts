import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Limited } from '@rekomi/http';
import {
  Audited,
  CurrentPerson,
  NotAudited,
  type PersonTenant,
  Public,
  refuseForeignPage,
  SessionService,
  SignInService,
  SiteAddress,
} from '@rekomi/identity';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { BrowserSessions } from './browser-sessions.js';
import { clientOf } from './client-of.js';
import { SIGN_IN_LIMIT } from './limits.js';
import { SessionAnswer } from './session.answer.js';
import { SignInRequest } from './sign-in.request.js';
import { SwitchOrganizationRequest } from './switch-organization.request.js';

/** The session that a browser's cookie carries. */
@ApiTags('People')
@Controller('session')
export class SessionController {
  constructor(
    private readonly signIns: SignInService,
    private readonly sessions: SessionService,
    private readonly browsers: BrowserSessions,
    @Inject(SiteAddress) private readonly site: SiteAddress,
  ) {}

  @Post()
  @Public()
  @NotAudited('Nobody is known before; the service writes its entries itself.')
  @Limited('sign_in', SIGN_IN_LIMIT)
  @ApiOperation({
    summary: 'Sign in',
    description:
      'Sets a cookie for 30 days at most. A session that the browser had before ends. Whether the address or the password is wrong is not told.',
  })
  @ApiCreatedResponse({ type: SessionAnswer })
  async createSession(
    @Body() body: SignInRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionAnswer> {
    refuseForeignPage(request, this.site);
    const opened = await this.signIns.signIn(body, clientOf(request));
    await this.browsers.begin(request, reply, opened);
    return this.browsers.describe(opened.token);
  }

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Who is signed in, and where' })
  @ApiOkResponse({ type: SessionAnswer })
  getSession(@CurrentPerson() person: PersonTenant, @Req() request: FastifyRequest): Promise<SessionAnswer> {
    return this.browsers.describePerson(person, this.#tokenOf(request));
  }

  @Delete()
  @HttpCode(204)
  @Audited('session.ended')
  @ApiOperation({ summary: 'Sign out' })
  @ApiNoContentResponse()
  async deleteSession(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.browsers.end(request, reply);
  }

  @Post('organization')
  @HttpCode(200)
  @Audited('session.organization_switched')
  @ApiOperation({ summary: 'Work in another organisation that you belong to' })
  @ApiOkResponse({ type: SessionAnswer })
  async switchOrganization(
    @CurrentPerson() { actor }: PersonTenant,
    @Body() body: SwitchOrganizationRequest,
    @Req() request: FastifyRequest,
  ): Promise<SessionAnswer> {
    await this.sessions.switchOrganization(actor.id, actor.sessionId, body.organizationId);
    return this.browsers.describe(this.#tokenOf(request));
  }

  #tokenOf(request: FastifyRequest): string {
    const token = this.browsers.tokenOf(request);
    if (token === undefined) throw new Error('Somebody is signed in without a cookie.');
    return token;
  }
}
