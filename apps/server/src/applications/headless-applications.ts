import { Injectable } from '@nestjs/common';
import { problem, type ProblemItem } from '@rekomi/http';
import type { AnswerFault } from '@rekomi/programs';

import { ApplicationPages } from './application-pages.js';
import type { SubmitApplicationRequest } from './submit-application.request.js';
import {
  type SubmittedApplicationAnswer,
  submittedApplicationAnswer,
} from './submitted-application.answer.js';

/** Takes applications as JSON, from sites that show the form themselves. */
@Injectable()
export class HeadlessApplications {
  constructor(private readonly pages: ApplicationPages) {}

  /** @throws ProblemException `validation_failed` with a pointer per fault, `form_changed`, and those of the page */
  async take(organization: string, campaign: string, body: unknown): Promise<SubmittedApplicationAnswer> {
    const { revision, answers } = readRequest(body);
    const sending = await this.pages.send(organization, campaign, { revision, answers: () => answers });
    switch (sending.outcome) {
      case 'taken':
        return submittedApplicationAnswer(sending.view);
      case 'changed':
        throw problem('form_changed', {
          errors: [
            {
              pointer: '#/revision',
              code: 'form_changed',
              detail: `The form has the revision ${sending.view.revision} now.`,
            },
          ],
        });
      case 'faulty':
        throw problem('validation_failed', { errors: sending.faults.map(itemOf) });
    }
  }
}

function readRequest(body: unknown): SubmitApplicationRequest {
  const errors: ProblemItem[] = [];
  const wrong = (pointer: string, code: string, detail: string): void => {
    errors.push({ pointer, code, detail });
  };
  const given: Readonly<Record<string, unknown>> = isObject(body) ? body : {};
  if (!isObject(body)) wrong('#', 'wrong_type', 'Send an object with revision and answers.');
  const { revision, answers, ...others } = given;
  if (typeof revision !== 'string') {
    wrong('#/revision', 'wrong_type', 'Send the revision of the form that was shown, as a text.');
  }
  if (!isObject(answers)) wrong('#/answers', 'wrong_type', 'Send an object with the answers by their keys.');
  for (const key of Object.keys(others).slice(0, 20)) {
    wrong(pointerOf([key]), 'unknown_field', 'There are revision and answers only.');
  }
  if (errors.length === 0 && typeof revision === 'string' && isObject(answers)) return { revision, answers };
  throw problem('validation_failed', { errors });
}

function itemOf({ path, code, detail }: AnswerFault): ProblemItem {
  return { pointer: pointerOf(['answers', ...path]), code, detail };
}

/** RFC 6901 as a URI fragment. */
function pointerOf(path: readonly string[]): string {
  const tokens = path.map((token) =>
    encodeURIComponent(
      token
        .replace(/\p{Cs}/gu, '\uFFFD')
        .replaceAll('~', '~0')
        .replaceAll('/', '~1'),
    ),
  );
  return `#/${tokens.join('/')}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
