import type { VendorEmulator } from '@rekomi/provider-contract';
import type { SandboxJournal } from './journal.js';

/** One emulated vendor and the place where it keeps what it took. */
export interface EmulatedVendor {
  readonly emulator: VendorEmulator;
  readonly journal: SandboxJournal;
}
