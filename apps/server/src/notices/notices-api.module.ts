import { Module } from '@nestjs/common';

import { CodeTexts } from '../connections/code-texts.js';
import { NoticeAnswers } from './notice-answers.js';
import { NoticeMailsController } from './notice-mails.controller.js';
import { NoticesController } from './notices.controller.js';

/** `/v1/notices` and `/v1/me/notice-mails`. Expects `NoticesModule`, which is global. */
@Module({
  controllers: [NoticesController, NoticeMailsController],
  providers: [CodeTexts, NoticeAnswers],
})
export class NoticesApiModule {}
