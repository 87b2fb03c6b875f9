import { Injectable } from '@nestjs/common';
import type { Endpoint } from '@rekomi/webhooks';

import { CodeTexts } from '../connections/code-texts.js';
import type { Plain } from '../connections/plain.js';
import type { WebhookEndpointAnswer } from './webhook-endpoint.answer.js';

/** Brings endpoints into the form of the API, every code with its text. */
@Injectable()
export class EndpointAnswers {
  constructor(private readonly texts: CodeTexts) {}

  endpoint(endpoint: Endpoint): Plain<WebhookEndpointAnswer> {
    const { stateCode, stateDetail, lastFailureCode, template, eventTypes, ...rest } = endpoint;
    const lastFailure = this.texts.of(lastFailureCode ?? undefined);
    return {
      ...rest,
      eventTypes: eventTypes ?? ['*'],
      ...this.texts.reason(stateCode ?? undefined),
      ...(stateDetail === null ? {} : { detail: stateDetail }),
      preset: template !== null && 'preset' in template ? template.preset : null,
      template: template !== null && 'json' in template ? template.json : null,
      ...(lastFailure === undefined ? {} : { lastFailure }),
      stateSince: endpoint.stateSince.toISOString(),
      failingSince: timeOf(endpoint.failingSince),
      restsUntil: timeOf(endpoint.restsUntil),
      lastSuccessAt: timeOf(endpoint.lastSuccessAt),
      lastFailureAt: timeOf(endpoint.lastFailureAt),
      oldSecretExpiresAt: timeOf(endpoint.oldSecretExpiresAt),
      createdAt: endpoint.createdAt.toISOString(),
      updatedAt: endpoint.updatedAt.toISOString(),
    };
  }
}

function timeOf(moment: Date | null): string | null {
  return moment?.toISOString() ?? null;
}
