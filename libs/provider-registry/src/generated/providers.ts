// Written by scripts/generate-registry.mjs from the folders under libs/providers. Do not edit.
import { ActivecampaignModule } from '@rekomi/providers/activecampaign/activecampaign.module';
import { ActivecampaignProvider } from '@rekomi/providers/activecampaign/activecampaign.provider';
import { BeehiivModule } from '@rekomi/providers/beehiiv/beehiiv.module';
import { BeehiivProvider } from '@rekomi/providers/beehiiv/beehiiv.provider';
import { BrazeModule } from '@rekomi/providers/braze/braze.module';
import { BrazeProvider } from '@rekomi/providers/braze/braze.provider';
import { BrevoModule } from '@rekomi/providers/brevo/brevo.module';
import { BrevoProvider } from '@rekomi/providers/brevo/brevo.provider';
import { CustomerIoModule } from '@rekomi/providers/customer-io/customer-io.module';
import { CustomerIoProvider } from '@rekomi/providers/customer-io/customer-io.provider';
import { IterableModule } from '@rekomi/providers/iterable/iterable.module';
import { IterableProvider } from '@rekomi/providers/iterable/iterable.provider';
import { KitModule } from '@rekomi/providers/kit/kit.module';
import { KitProvider } from '@rekomi/providers/kit/kit.provider';
import { KlaviyoModule } from '@rekomi/providers/klaviyo/klaviyo.module';
import { KlaviyoProvider } from '@rekomi/providers/klaviyo/klaviyo.provider';
import { MailchimpModule } from '@rekomi/providers/mailchimp/mailchimp.module';
import { MailchimpProvider } from '@rekomi/providers/mailchimp/mailchimp.provider';
import { OmnisendModule } from '@rekomi/providers/omnisend/omnisend.module';
import { OmnisendProvider } from '@rekomi/providers/omnisend/omnisend.provider';
import { VeroModule } from '@rekomi/providers/vero/vero.module';
import { VeroProvider } from '@rekomi/providers/vero/vero.provider';

export const PROVIDER_MODULES = [
  ActivecampaignModule,
  BeehiivModule,
  BrazeModule,
  BrevoModule,
  CustomerIoModule,
  IterableModule,
  KitModule,
  KlaviyoModule,
  MailchimpModule,
  OmnisendModule,
  VeroModule,
] as const;

export const PROVIDER_CLASSES = [
  ActivecampaignProvider,
  BeehiivProvider,
  BrazeProvider,
  BrevoProvider,
  CustomerIoProvider,
  IterableProvider,
  KitProvider,
  KlaviyoProvider,
  MailchimpProvider,
  OmnisendProvider,
  VeroProvider,
] as const;
