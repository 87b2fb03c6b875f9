import { Inject, Injectable } from '@nestjs/common';
import { ERROR_CODES, isErrorCode } from '@rekomi/provider-contract';

import type { ServerSettings } from '../config/settings.js';
import { SERVER_SETTINGS } from '../resources/resources.module.js';
import type { CodeAnswer } from './code.answer.js';

/** Turns codes into what a person can act on. */
@Injectable()
export class CodeTexts {
  constructor(@Inject(SERVER_SETTINGS) private readonly settings: Pick<ServerSettings, 'DOCS_URL'>) {}

  /** Undefined without a code. A code that is not in the table (anymore) is shown as it is. */
  of(code: string | undefined): CodeAnswer | undefined {
    if (code === undefined) return undefined;
    const docsUrl = `${this.settings.DOCS_URL.replace(/\/$/, '')}/${code}`;
    if (!isErrorCode(code)) return { code, title: code, cause: '', fix: '', party: 'us', docsUrl };
    const { title, cause, fix, party } = ERROR_CODES[code];
    return { code, title, cause, fix, party, docsUrl };
  }

  /** To be spread: `{ reason: … }`, or nothing. */
  reason(code: string | undefined): { readonly reason?: CodeAnswer } {
    const text = this.of(code);
    return text === undefined ? {} : { reason: text };
  }
}
