import { EMULATORS } from '@rekomi/provider-registry/emulators';
import { startSandbox as startVendors, type Sandbox, type SandboxOptions } from '@rekomi/vendor-emulation';

export type { Sandbox };

/** Starts the emulated vendors of every provider folder, unless told which. */
export function startSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return startVendors({ factories: Object.fromEntries(EMULATORS), ...options });
}
