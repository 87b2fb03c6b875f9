import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '@rekomi/identity';
import type { FastifyReply } from 'fastify';

import { type Check, Readiness } from './readiness.js';

interface HealthAnswer {
  readonly status: 'ok' | 'unavailable';
  readonly checks?: readonly Check[];
}

/** For probes of readiness. The status code is the answer; the body is for people. */
@Public()
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get(['readyz', 'healthz'])
  async ready(
    @Query('verbose') verbose: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HealthAnswer> {
    const checks = await this.readiness.checks();
    const ok = checks.every((check) => check.ok);
    reply.status(ok ? 200 : 503).header('cache-control', 'no-store');
    const shown = verbose !== undefined || !ok ? { checks } : {};
    return { status: ok ? 'ok' : 'unavailable', ...shown };
  }
}
