// Written by scripts/generate-registry.mjs from the folders under libs/providers. Do not edit.
import { BeehiivModule } from '@rekomi/providers/beehiiv/beehiiv.module';
import { BeehiivProvider } from '@rekomi/providers/beehiiv/beehiiv.provider';
import { CustomerIoModule } from '@rekomi/providers/customer-io/customer-io.module';
import { CustomerIoProvider } from '@rekomi/providers/customer-io/customer-io.provider';
import { KitModule } from '@rekomi/providers/kit/kit.module';
import { KitProvider } from '@rekomi/providers/kit/kit.provider';
import { OmnisendModule } from '@rekomi/providers/omnisend/omnisend.module';
import { OmnisendProvider } from '@rekomi/providers/omnisend/omnisend.provider';

export const PROVIDER_MODULES = [
  BeehiivModule,
  CustomerIoModule,
  KitModule,
  OmnisendModule,
] as const;

export const PROVIDER_CLASSES = [
  BeehiivProvider,
  CustomerIoProvider,
  KitProvider,
  OmnisendProvider,
] as const;
