import { Module } from '@nestjs/common';
import type { CrmProvider } from '@rekomi/provider-contract';
import { PROVIDER_CLASSES, PROVIDER_MODULES } from './generated/providers.js';
import { ProviderRegistry } from './provider-registry.service.js';

@Module({
  imports: [...PROVIDER_MODULES],
  providers: [
    {
      provide: ProviderRegistry,
      useFactory: (...providers: CrmProvider[]) => new ProviderRegistry(providers),
      inject: [...PROVIDER_CLASSES],
    },
  ],
  exports: [ProviderRegistry],
})
export class ProviderRegistryModule {}
