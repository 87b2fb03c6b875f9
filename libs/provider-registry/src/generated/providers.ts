// Written by scripts/generate-registry.mjs from the folders under libs/providers. Do not edit.
import { CustomerIoModule } from '@rekomi/providers/customer-io/customer-io.module';
import { CustomerIoProvider } from '@rekomi/providers/customer-io/customer-io.provider';

export const PROVIDER_MODULES = [
  CustomerIoModule,
] as const;

export const PROVIDER_CLASSES = [
  CustomerIoProvider,
] as const;
