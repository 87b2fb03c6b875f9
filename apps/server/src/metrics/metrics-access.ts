import { createHash, timingSafeEqual } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import { clientNetwork, problem, RateLimiter } from '@rekomi/http';
import type { FastifyRequest } from 'fastify';

import type { ServerSettings } from '../config/settings.js';
import { SERVER_SETTINGS } from '../resources/resources.module.js';

const WRONG_TRIES = { perMinute: 10 };

/** Who may read metrics: whoever has the token. */
@Injectable()
export class MetricsAccess {
  constructor(
    @Inject(SERVER_SETTINGS) private readonly settings: Pick<ServerSettings, 'METRICS_TOKEN'>,
    private readonly limiter: RateLimiter,
  ) {}

  /** @throws ProblemException `metrics_off`, `metrics_token_wrong` or `too_many_attempts` */
  async require(request: FastifyRequest): Promise<void> {
    const wanted = this.settings.METRICS_TOKEN;
    if (wanted === undefined) throw problem('metrics_off');
    const sent = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (sent !== undefined && isSame(sent, wanted)) return;
    await this.limiter.require('metrics', clientNetwork(request.ip), WRONG_TRIES);
    throw problem('metrics_token_wrong', { headers: { 'www-authenticate': 'Bearer realm="metrics"' } });
  }
}

/** Of hashes, so that neither the time nor the length tells anything. */
function isSame(sent: string, wanted: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(sent), hash(wanted));
}
