/** What other workspaces' tests use of the sandbox's own test tools. There is no built form of it. */
export { startSandbox } from '../sandbox.js';
export type { Sandbox } from '../sandbox.js';
export { control } from './vendor-client.js';
export { VendorDescription } from './vendor-description.js';
export type { RecordedExchange } from './vendor-description.js';
