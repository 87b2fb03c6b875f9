import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';

import { CommitWitness } from './idempotency/commit-witness.js';
import { IdempotentWork } from './idempotency/idempotent-work.js';
import type { ProblemDocument } from './problem/problem-document.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { ProblemValidationPipe } from './problem/problem-validation.pipe.js';
import { ClientLimitGuard } from './rate-limit/client-limit.guard.js';
import { RateLimitGuard } from './rate-limit/rate-limit.guard.js';
import { RateLimiter } from './rate-limit/rate-limiter.js';

export interface HttpApiOptions {
  /** What the codes of problems are appended to, for their `type`: `/problems` or an absolute address. */
  readonly docsUrl: string;
  /** HTML of a problem, for browsers on pages (everything outside of `/v1`). Without it they get JSON as well. */
  readonly problemPage?: (document: ProblemDocument) => string;
  /** Requests per minute and API key. */
  readonly requestsPerMinute: number;
}

/**
 * Problem details for everything thrown, validation, idempotency keys, rate limits. The application registers
 * {@link RateLimitGuard} itself, after the guard that authenticates. Needs a global provider of `Tenancy`.
 */
@Module({})
export class HttpApiModule {
  static register(options: HttpApiOptions): DynamicModule {
    return {
      module: HttpApiModule,
      global: true,
      providers: [
        IdempotentWork,
        RateLimiter,
        ClientLimitGuard,
        { provide: RateLimitGuard, useFactory: () => new RateLimitGuard(options.requestsPerMinute) },
        {
          provide: APP_FILTER,
          useFactory: (witness?: CommitWitness) =>
            new ProblemFilter(options.docsUrl, options.problemPage, witness),
          inject: [{ token: CommitWitness, optional: true }],
        },
        { provide: APP_PIPE, useClass: ProblemValidationPipe },
      ],
      exports: [IdempotentWork, RateLimiter, ClientLimitGuard, RateLimitGuard],
    };
  }
}
