import { Module } from '@nestjs/common';

import { ApiKeyGuard } from './access/api-key.guard.js';
import { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
import { ApiKeyService } from './api-keys/api-key.service.js';
import { OrganizationService } from './organizations/organization.service.js';

/** Organisations and API keys. Needs a global provider of `Tenancy`. */
@Module({
  providers: [ApiKeyAuthenticator, ApiKeyGuard, ApiKeyService, OrganizationService],
  exports: [ApiKeyAuthenticator, ApiKeyGuard, ApiKeyService, OrganizationService],
})
export class IdentityModule {}
