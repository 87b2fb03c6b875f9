// Written by scripts/generate-registry.mjs from the folders under libs/providers. Do not edit.
import type { EmulatorFactory } from '@rekomi/provider-contract';
import { beehiivEmulator } from '@rekomi/providers/beehiiv/beehiiv.emulator';
import { customerIoEmulator } from '@rekomi/providers/customer-io/customer-io.emulator';
import { kitEmulator } from '@rekomi/providers/kit/kit.emulator';
import { omnisendEmulator } from '@rekomi/providers/omnisend/omnisend.emulator';

export const EMULATORS: ReadonlyMap<string, EmulatorFactory> = new Map<string, EmulatorFactory>([
  ['beehiiv', beehiivEmulator],
  ['customer-io', customerIoEmulator],
  ['kit', kitEmulator],
  ['omnisend', omnisendEmulator],
]);
