import { Body, Controller, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdempotentWork } from '@rekomi/http';
import {
  Audited,
  CurrentPerson,
  type PersonTenant,
  SessionService,
  UserAccountService,
} from '@rekomi/identity';

import { ChangePasswordRequest } from './change-password.request.js';
import { EndedSessionsAnswer } from './ended-sessions.answer.js';
import { PersonAnswer } from './person.answer.js';
import { UpdateMeRequest } from './update-me.request.js';

/** One's own account. */
@ApiTags('People')
@Controller('me')
export class MeController {
  constructor(
    private readonly accounts: UserAccountService,
    private readonly sessions: SessionService,
    private readonly work: IdempotentWork,
  ) {}

  @Patch()
  @Audited('member.renamed')
  @ApiOperation({ summary: 'Change your name' })
  @ApiOkResponse({ type: PersonAnswer })
  async updateMe(
    @CurrentPerson() { organizationId, actor }: PersonTenant,
    @Body() body: UpdateMeRequest,
  ): Promise<PersonAnswer> {
    const name = body.name.trim();
    return this.work.change(organizationId, async (tx) => {
      await this.accounts.rename(tx, actor.id, name);
      return { id: actor.id, email: actor.label, name };
    });
  }

  @Post('password')
  @HttpCode(200)
  @Audited('password.changed')
  @ApiOperation({
    summary: 'Change your password',
    description:
      'All your other sessions end. Passwords have 10 to 256 characters and are not among the most common.',
  })
  @ApiOkResponse({ type: EndedSessionsAnswer })
  async changePassword(
    @CurrentPerson() { actor }: PersonTenant,
    @Body() { currentPassword, newPassword }: ChangePasswordRequest,
  ): Promise<EndedSessionsAnswer> {
    await this.accounts.changePassword(actor.id, actor.label, currentPassword, newPassword);
    return { ended: await this.sessions.endOthers(actor.id, actor.sessionId) };
  }
}
