/** What other workspaces' tests use of the sandbox's own test tools. There is no built form of it. */
export { startSandbox } from '../every-vendor.js';
export type { Sandbox } from '@rekomi/vendor-emulation';
export { control } from './vendor-client.js';
export { VendorDescription } from './vendor-description.js';
export type { RecordedExchange } from './vendor-description.js';
