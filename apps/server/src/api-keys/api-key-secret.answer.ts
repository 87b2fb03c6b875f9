import { ApiProperty } from '@nestjs/swagger';
import type { Answer } from '@rekomi/http';
import type { CreatedApiKey } from '@rekomi/identity';

import type { Plain } from '../connections/plain.js';
import { ApiKeyAnswer, apiKeyAnswer } from './api-key.answer.js';

export class ApiKeySecretAnswer extends ApiKeyAnswer {
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The key itself. Shown this once and stored nowhere; null in the answer to a repeated Idempotency-Key.',
    example: 'rk_live_4fQzW8mY2nR6tB0vX3cD7gH1jK5pL9aE2uMhZs9xTa',
  })
  readonly secret!: string | null;
}

/** What is stored for a repeat has everything but the secret. */
export function apiKeySecretAnswer(
  status: number,
  { apiKey, secret }: CreatedApiKey,
): Answer<ApiKeySecretAnswer> {
  const shown: Plain<ApiKeyAnswer> = apiKeyAnswer(apiKey);
  return { status, body: { ...shown, secret }, repeatBody: { ...shown, secret: null } };
}
