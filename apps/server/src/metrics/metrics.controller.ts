import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '@rekomi/identity';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { MetricsAccess } from './metrics-access.js';
import { MetricsText } from './metrics-text.js';

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/** For Prometheus and those who read its format. Open to no key and no session, only to the token of the settings. */
@Public()
@ApiExcludeController()
@Controller()
export class MetricsController {
  constructor(
    private readonly access: MetricsAccess,
    private readonly metrics: MetricsText,
  ) {}

  @Get('metrics')
  async read(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    await this.access.require(request);
    const text = await this.metrics.text();
    reply.header('content-type', TEXT_FORMAT).header('cache-control', 'no-store');
    return text;
  }
}
