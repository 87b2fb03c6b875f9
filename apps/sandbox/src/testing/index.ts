/** What other workspaces' tests use of the sandbox's own test tools. There is no built form of it. */
export { VendorDescription } from './vendor-description.js';
export type { RecordedExchange } from './vendor-description.js';
