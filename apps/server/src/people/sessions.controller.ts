import { Controller, Delete, Get, HttpCode } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ResourceId } from '@rekomi/http';
import { Audited, CurrentPerson, type PersonTenant, SessionService } from '@rekomi/identity';

import { EndedSessionsAnswer } from './ended-sessions.answer.js';
import { sessionRowAnswer } from './session-row.answer.js';
import { SessionsAnswer } from './sessions.answer.js';

@ApiTags('People')
@Controller('sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionService) {}

  @Get()
  @ApiOperation({ summary: 'List your own sessions', description: 'In all organisations, used last first.' })
  @ApiOkResponse({ type: SessionsAnswer })
  async listSessions(@CurrentPerson() { actor }: PersonTenant): Promise<SessionsAnswer> {
    const sessions = await this.sessions.list(actor.id);
    return { data: sessions.map((session) => sessionRowAnswer(session, actor.sessionId)) };
  }

  @Delete()
  @Audited('session.others_ended', { counts: ['ended'] })
  @ApiOperation({ summary: 'End all your sessions but this one' })
  @ApiOkResponse({ type: EndedSessionsAnswer })
  async endOtherSessions(@CurrentPerson() { actor }: PersonTenant): Promise<EndedSessionsAnswer> {
    return { ended: await this.sessions.endOthers(actor.id, actor.sessionId) };
  }

  @Delete(':id')
  @HttpCode(204)
  @Audited('session.ended')
  @ApiOperation({ summary: 'End one of your sessions' })
  @ApiNoContentResponse()
  async endSession(
    @CurrentPerson() { actor }: PersonTenant,
    @ResourceId('session') id: string,
  ): Promise<void> {
    await this.sessions.end(actor.id, id);
  }
}
