import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

import { completeDocument } from './complete-document.js';

/** The OpenAPI description of everything under /v1. */
export function createDocument(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Rekomi CRM Sync')
    .setVersion('1')
    .setDescription(
      'Approves affiliates and keeps them, with their events, in the CRM or e-mail tool you already use.\n\n' +
        'Errors are problem details (RFC 9457); decide by `code`. Lists are paged by cursor. ' +
        'Every POST takes an `Idempotency-Key`. Within /v1 changes only add.',
    )
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This server')
    .addSecurity('apiKey', {
      type: 'http',
      scheme: 'bearer',
      description: 'An API key: `rk_live_…` or `rk_test_…`.',
    })
    .addSecurity('session', {
      type: 'apiKey',
      in: 'cookie',
      name: 'rekomi_session',
      description:
        'The cookie of POST /v1/session (`__Host-rekomi_session` over https). Changes also need `x-csrf-token`.',
    })
    .addSecurityRequirements('apiKey')
    .addSecurityRequirements('session');
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (_controller, method) => method,
  });
  return completeDocument(document);
}
