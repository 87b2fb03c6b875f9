import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Limited, problem } from '@rekomi/http';
import { NotAudited, Public } from '@rekomi/identity';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createElement } from 'react';

import { PAGE_MEDIA_TYPE, renderPage } from '../pages/render-page.js';
import { ApplicationPage, type ApplicationPageProps } from './application-page.js';
import { ApplicationPages, closed, isOpen } from './application-pages.js';
import { HeadlessApplications } from './headless-applications.js';
import { APPLICATION_LIMIT, PAGE_LIMIT } from './limits.js';
import { answersOf, REVISION_FIELD, type SentFields, textOf, TRAP_FIELD } from './sent-form.js';
import type { SubmittedApplicationAnswer } from './submitted-application.answer.js';
import { ThanksPage } from './thanks-page.js';

/** The public page of a campaign, for people. It asks for no cookie and works without scripts. */
@Public()
@ApiExcludeController()
@Controller('p/:organization/:campaign')
export class ApplicationPageController {
  constructor(
    private readonly pages: ApplicationPages,
    private readonly headless: HeadlessApplications,
  ) {}

  @Get()
  @Limited('application_page', PAGE_LIMIT)
  async showApplicationPage(
    @Param('organization') organization: string,
    @Param('campaign') campaign: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const view = await this.pages.view(organization, campaign);
    if (!isOpen(view)) throw closed(view);
    return page(reply, { view, answers: {}, faults: [] });
  }

  @Post()
  @HttpCode(200)
  @Limited('application', APPLICATION_LIMIT)
  @NotAudited('Done by the applicant; the application is the record.')
  async sendApplicationPage(
    @Param('organization') organization: string,
    @Param('campaign') campaign: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | SubmittedApplicationAnswer | undefined> {
    const mediaType = mediaTypeOf(request);
    if (mediaType === 'application/json') return this.headless.take(organization, campaign, body);
    if (mediaType !== 'application/x-www-form-urlencoded') {
      throw problem('unsupported_media_type', { detail: 'This address takes forms and JSON.' });
    }
    const sent = (body ?? {}) as SentFields;
    if (textOf(sent, TRAP_FIELD).trim() !== '') {
      return this.thank(reply, this.pages.pathOf(await this.pages.view(organization, campaign)));
    }
    const sending = await this.pages.send(organization, campaign, {
      revision: textOf(sent, REVISION_FIELD),
      answers: ({ form }) => answersOf(form.fields, sent),
    });
    const { view, outcome } = sending;
    switch (outcome) {
      case 'taken':
        return this.thank(reply, this.pages.pathOf(view));
      case 'changed':
        void reply.status(409);
        return page(reply, { view, answers: unticked(sending, view), faults: [], changed: true });
      case 'faulty':
        void reply.status(422);
        return page(reply, { view, answers: sending.answers, faults: sending.faults });
    }
  }

  @Get('thanks')
  @Limited('application_page', PAGE_LIMIT)
  async showThanks(
    @Param('organization') organization: string,
    @Param('campaign') campaign: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const view = await this.pages.view(organization, campaign);
    void reply.type(PAGE_MEDIA_TYPE).header('cache-control', 'no-cache');
    return renderPage(createElement(ThanksPage, { view }));
  }

  private thank(reply: FastifyReply, path: string): undefined {
    void reply.status(303).header('location', `${path}/thanks`).header('cache-control', 'no-store');
    return undefined;
  }
}

function page(reply: FastifyReply, props: ApplicationPageProps): string {
  const empty = Object.keys(props.answers).length === 0;
  void reply.type(PAGE_MEDIA_TYPE).header('cache-control', empty ? 'no-cache' : 'no-store');
  return renderPage(createElement(ApplicationPage, props));
}

/** A consent is given again when the wording may have changed. */
function unticked(
  { answers }: Pick<ApplicationPageProps, 'answers'>,
  { form }: ApplicationPageProps['view'],
): ApplicationPageProps['answers'] {
  const consents = new Set(form.fields.filter(({ type }) => type === 'consent').map(({ key }) => key));
  return Object.fromEntries(Object.entries(answers).filter(([key]) => !consents.has(key)));
}

function mediaTypeOf(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
