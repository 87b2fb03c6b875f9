export { signatureFault, signMessage, SIGNATURE_WINDOW_SECONDS } from './signing/signature.js';
export type { SignatureFault, SignedHeaders } from './signing/signature.js';
export { generateSigningSecret, keyOfSecret } from './signing/signing-secret.js';
export { INBOUND_KINDS } from './inbound/inbound-source.js';
export type { InboundKind, InboundSource, NewInboundSource } from './inbound/inbound-source.js';
export { InboundSourceService } from './inbound/inbound-source.service.js';
export type { OpenedSource } from './inbound/inbound-source.service.js';
