import { Module } from '@nestjs/common';
import { ProviderRegistryModule } from '@rekomi/provider-registry';

import { ProvidersController } from './providers.controller.js';

/** `/v1/providers`. */
@Module({ imports: [ProviderRegistryModule], controllers: [ProvidersController] })
export class ProvidersApiModule {}
