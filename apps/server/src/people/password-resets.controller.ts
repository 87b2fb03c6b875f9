import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Limited } from '@rekomi/http';
import { NotAudited, PasswordResetService, Public, refuseForeignPage, SiteAddress } from '@rekomi/identity';
import type { FastifyRequest } from 'fastify';

import { CompletePasswordResetRequest } from './complete-password-reset.request.js';
import { LINK_LIMIT } from './limits.js';
import { PasswordResetRequestedAnswer } from './password-reset-requested.answer.js';
import { resetRequested } from './password-reset-words.js';
import { RequestPasswordResetRequest } from './request-password-reset.request.js';

@ApiTags('People')
@Public()
@Controller('password-resets')
export class PasswordResetsController {
  constructor(
    private readonly resets: PasswordResetService,
    @Inject(SiteAddress) private readonly site: SiteAddress,
  ) {}

  @Post()
  @HttpCode(202)
  @NotAudited('Nobody is known; the service writes its entries itself.')
  @Limited('password_reset', LINK_LIMIT)
  @ApiOperation({
    summary: 'Ask for a link to a new password',
    description: 'The answer is the same, and as fast, whether or not there is an account with this address.',
  })
  @ApiAcceptedResponse({ type: PasswordResetRequestedAnswer })
  requestPasswordReset(
    @Body() { email }: RequestPasswordResetRequest,
    @Req() request: FastifyRequest,
  ): PasswordResetRequestedAnswer {
    refuseForeignPage(request, this.site);
    this.resets.request(email);
    return { mails: this.resets.mails, detail: resetRequested(this.resets.mails) };
  }

  @Post('complete')
  @HttpCode(204)
  @NotAudited('Nobody is known; the service writes its entries itself.')
  @Limited('password_reset', LINK_LIMIT)
  @ApiOperation({
    summary: 'Set a new password with a link',
    description: 'Works once, within 30 minutes. All sessions of the person end.',
  })
  @ApiNoContentResponse()
  async completePasswordReset(
    @Body() { token, password }: CompletePasswordResetRequest,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    refuseForeignPage(request, this.site);
    await this.resets.complete(token, password);
  }
}
