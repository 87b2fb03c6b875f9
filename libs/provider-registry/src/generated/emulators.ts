// Written by scripts/generate-registry.mjs from the folders under libs/providers. Do not edit.
import type { EmulatorFactory } from '@rekomi/provider-contract';
import { activecampaignEmulator } from '@rekomi/providers/activecampaign/activecampaign.emulator';
import { beehiivEmulator } from '@rekomi/providers/beehiiv/beehiiv.emulator';
import { brazeEmulator } from '@rekomi/providers/braze/braze.emulator';
import { brevoEmulator } from '@rekomi/providers/brevo/brevo.emulator';
import { customerIoEmulator } from '@rekomi/providers/customer-io/customer-io.emulator';
import { iterableEmulator } from '@rekomi/providers/iterable/iterable.emulator';
import { kitEmulator } from '@rekomi/providers/kit/kit.emulator';
import { klaviyoEmulator } from '@rekomi/providers/klaviyo/klaviyo.emulator';
import { mailchimpEmulator } from '@rekomi/providers/mailchimp/mailchimp.emulator';
import { omnisendEmulator } from '@rekomi/providers/omnisend/omnisend.emulator';
import { veroEmulator } from '@rekomi/providers/vero/vero.emulator';

export const EMULATORS: ReadonlyMap<string, EmulatorFactory> = new Map<string, EmulatorFactory>([
  ['activecampaign', activecampaignEmulator],
  ['beehiiv', beehiivEmulator],
  ['braze', brazeEmulator],
  ['brevo', brevoEmulator],
  ['customer-io', customerIoEmulator],
  ['iterable', iterableEmulator],
  ['kit', kitEmulator],
  ['klaviyo', klaviyoEmulator],
  ['mailchimp', mailchimpEmulator],
  ['omnisend', omnisendEmulator],
  ['vero', veroEmulator],
]);
