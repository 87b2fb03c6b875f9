export { signatureFault, signMessage, SIGNATURE_WINDOW_SECONDS } from './signing/signature.js';
export type { SignatureFault, SignedHeaders } from './signing/signature.js';
export { generateSigningSecret, keyOfSecret } from './signing/signing-secret.js';
