import { Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import { Limited, problem, STREAM_BODY } from '@rekomi/http';
import { NotAudited, Public } from '@rekomi/identity';
import { AcceptanceService, type Invitation, ProgramWork, SuppressionService } from '@rekomi/programs';
import type { FastifyReply } from 'fastify';
import { createElement } from 'react';

import { PAGE_MEDIA_TYPE, renderPage } from '../pages/render-page.js';
import { UnsubscribePage } from './unsubscribe-page.js';

const LIMIT = { perMinute: 60, burst: 300 };

/** Where a mail's unsubscribe link leads, and what mail programs post to for one click (RFC 8058). */
@Public()
@ApiExcludeController()
@Controller('unsubscribe')
export class UnsubscribingController {
  constructor(
    private readonly acceptance: AcceptanceService,
    private readonly suppressions: SuppressionService,
    private readonly work: ProgramWork,
  ) {}

  @Get(':token')
  @Limited('unsubscribe', LIMIT)
  showUnsubscribing(
    @Param('token') token: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.answer(token, reply, false);
  }

  // Mail programs send `List-Unsubscribe=One-Click` in either form of a form; nothing in it needs to be read.
  @Post(':token')
  @HttpCode(200)
  @RouteConfig(STREAM_BODY)
  @Limited('unsubscribe', LIMIT)
  @NotAudited('Done by the recipient; the list of suppressed addresses keeps the time.')
  unsubscribe(
    @Param('token') token: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.answer(token, reply, true);
  }

  private async answer(token: string, reply: FastifyReply, done: boolean): Promise<string> {
    const place = await this.acceptance.findUnsubscribing(token);
    if (place === undefined) throw problem('unsubscribe_link_unknown');
    const invitation = await this.work.run(
      place.organizationId,
      async (unit): Promise<Invitation | undefined> => {
        if (done) await this.suppressions.unsubscribe(unit, place.inviteId);
        return this.acceptance.read(unit, place.inviteId);
      },
    );
    if (invitation === undefined) throw problem('unsubscribe_link_unknown');
    void reply.type(PAGE_MEDIA_TYPE).header('cache-control', 'no-store');
    const { organization, email } = invitation;
    return renderPage(createElement(UnsubscribePage, { organization, email, done }));
  }
}
