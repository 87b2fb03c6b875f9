import { Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Limited, problem } from '@rekomi/http';
import { NotAudited, Public } from '@rekomi/identity';
import {
  AddressConfirmationService,
  type Confirmation,
  ProgramWork,
  type UnitOfWork,
} from '@rekomi/programs';
import type { FastifyReply } from 'fastify';
import { createElement } from 'react';

import { PAGE_MEDIA_TYPE, renderPage } from '../pages/render-page.js';
import { ConfirmationPage } from './confirmation-page.js';

const LIMIT = { perMinute: 30, burst: 60 };

/** Where the link in a confirmation mail leads. */
@Public()
@ApiExcludeController()
@Controller('p/confirm')
export class AddressConfirmationController {
  constructor(
    private readonly confirmation: AddressConfirmationService,
    private readonly work: ProgramWork,
  ) {}

  @Get(':token')
  @Limited('confirmation', LIMIT)
  showConfirmation(
    @Param('token') token: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.answer(token, reply, (unit, id) => this.confirmation.look(unit, id));
  }

  @Post(':token')
  @HttpCode(200)
  @Limited('confirmation', LIMIT)
  @NotAudited('Done by the applicant; the application keeps the time.')
  confirmAddress(
    @Param('token') token: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.answer(token, reply, (unit, id) => this.confirmation.confirm(unit, id));
  }

  private async answer(
    token: string,
    reply: FastifyReply,
    work: (unit: UnitOfWork, applicationId: string) => Promise<Confirmation | undefined>,
  ): Promise<string> {
    const place = await this.confirmation.locate(token);
    const found =
      place === undefined
        ? undefined
        : await this.work.run(place.organizationId, (unit) => work(unit, place.applicationId));
    if (found === undefined) throw problem('confirmation_link_unknown');
    if (found.state === 'expired') throw problem('confirmation_link_expired');
    void reply.type(PAGE_MEDIA_TYPE).header('cache-control', 'no-store');
    return renderPage(createElement(ConfirmationPage, { confirmation: found }));
  }
}
