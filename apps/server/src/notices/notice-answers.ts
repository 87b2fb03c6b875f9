import { Injectable } from '@nestjs/common';
import type { Notice } from '@rekomi/identity';
import type { BoundedCount } from '@rekomi/sync';

import { CodeTexts } from '../connections/code-texts.js';
import type { NoticeAnswer } from './notice.answer.js';

/** Brings notices into the form of the API, every code with its text. */
@Injectable()
export class NoticeAnswers {
  constructor(private readonly texts: CodeTexts) {}

  notice({ code, ...notice }: Notice, waiting: BoundedCount | undefined): NoticeAnswer {
    return {
      ...notice,
      reason: this.texts.of(code),
      occurredAt: notice.occurredAt.toISOString(),
      resolvedAt: notice.resolvedAt?.toISOString() ?? null,
      readAt: notice.readAt?.toISOString() ?? null,
      // What waits behind a matter that is over waits for something else.
      waiting: notice.resolvedAt === null ? (waiting ?? { count: 0, atLeast: false }) : null,
    };
  }
}
