export { credentialHint } from './credential-hint.js';
export type { CredentialSource } from './credential-source.js';
export type { ExchangeRecord } from './exchange-record.js';
export type { PaceAnswer, PaceGate, PaceResult } from './pace-gate.js';
export type { VendorBinding } from './paced-vendor-http.js';
export { VendorTransport } from './vendor-transport.js';
export type { VendorTransportOptions } from './vendor-transport.js';
