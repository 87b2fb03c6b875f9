import fastifyCookie from '@fastify/cookie';
import { RequestMethod } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpAdapter } from '@rekomi/http';
import type { Logger } from 'pino';

import { AppModule } from './app.module.js';
import { answerLiveness } from './health/liveness.js';
import { logRequest } from './logging/log-request.js';
import { NestLogger } from './logging/nest-logger.js';
import { ProcessMetrics } from './metrics/process-metrics.js';
import type { Resources } from './resources/resources.module.js';
import { securityHeaders } from './security-headers.js';

const BODY_LIMIT = 5 * 1024 * 1024;
// Patterns are held against the routes' patterns: `invites/:token` is the page, `invites/:id` under /v1 is the API.
const OUTSIDE_OF_V1 = [
  ...['readyz', 'healthz', 'problems/:code', 'assets/*path'],
  ...['p/*path', 'invites/\\:token', 'unsubscribe/*path', 'account', 'account/*path'],
  'metrics',
];

/** The Nest application, not yet initialised and not listening. */
export async function createApp(resources: Resources, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = createHttpAdapter({
    bodyLimit: BODY_LIMIT,
    docsUrl: resources.settings.DOCS_URL,
    onAnswered: logRequest(logger),
    trustProxy: resources.settings.TRUST_PROXY.split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  });
  const app = await NestFactory.create<NestFastifyApplication>(await AppModule.register(resources), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.get(ProcessMetrics).measure(adapter.getInstance());
  app.setGlobalPrefix('v1', { exclude: OUTSIDE_OF_V1.map((path) => ({ path, method: RequestMethod.ALL })) });
  await app.register(fastifyCookie);
  const headers = securityHeaders();
  adapter.getInstance().addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  answerLiveness(adapter.getInstance());
  return app;
}
