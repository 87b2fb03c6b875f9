import { Body, Controller, Get, HttpCode, Options, Param, Post, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Limited } from '@rekomi/http';
import { NotAudited, Public } from '@rekomi/identity';
import type { FastifyReply } from 'fastify';

import { ApplicationPages, closed, isOpen } from './application-pages.js';
import { HeadlessApplications } from './headless-applications.js';
import { APPLICATION_LIMIT, PAGE_LIMIT } from './limits.js';
import { OpenToOtherSitesGuard } from './open-to-other-sites.guard.js';
import { PublicFormAnswer, publicFormAnswer } from './public-form.answer.js';
import { SubmitApplicationRequest } from './submit-application.request.js';
import { SubmittedApplicationAnswer } from './submitted-application.answer.js';

/** The public page as JSON, for sites that show the form themselves, from any origin. */
@Public()
@ApiTags('Applications')
@Controller('p/:organization/:campaign.json')
@UseGuards(OpenToOtherSitesGuard)
export class PublicFormController {
  constructor(
    private readonly pages: ApplicationPages,
    private readonly headless: HeadlessApplications,
  ) {}

  @Get()
  @Limited('application_page', PAGE_LIMIT)
  @ApiOperation({
    summary: 'Read the form of a campaign’s public page',
    description: 'Open to everybody, from any origin. For sites that show the form themselves.',
  })
  @ApiOkResponse({ type: PublicFormAnswer })
  async getPublicForm(
    @Param('organization') organization: string,
    @Param('campaign') campaign: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublicFormAnswer> {
    const view = await this.pages.view(organization, campaign);
    if (!isOpen(view)) throw closed(view);
    void reply.header('cache-control', 'no-cache');
    return publicFormAnswer(view);
  }

  @Post()
  @HttpCode(200)
  @Limited('application', APPLICATION_LIMIT)
  @NotAudited('Done by the applicant; the application is the record.')
  @ApiOperation({
    summary: 'Apply',
    description:
      'Open to everybody, from any origin. The same application twice is one; the answer never tells whether the address was known.',
  })
  @ApiBody({ type: SubmitApplicationRequest })
  @ApiOkResponse({ type: SubmittedApplicationAnswer })
  submitApplication(
    @Param('organization') organization: string,
    @Param('campaign') campaign: string,
    @Body() body: unknown,
  ): Promise<SubmittedApplicationAnswer> {
    return this.headless.take(organization, campaign, body);
  }

  /** What browsers ask before they send JSON from another site. */
  @Options()
  @HttpCode(204)
  @ApiExcludeEndpoint()
  @NotAudited('Changes nothing.')
  askToSubmit(@Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.headers({
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'Content-Type',
      'access-control-max-age': '86400',
    });
  }
}
