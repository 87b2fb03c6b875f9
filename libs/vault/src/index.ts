export { OpenedCredentials } from './opened-credentials.js';
export type { CredentialBinding, SealedCredentials } from './sealed-credentials.js';
export { sealedFromStorage } from './sealed-text.js';
export { Vault } from './vault.js';
export { VaultError } from './vault-error.js';
export type { VaultErrorCode } from './vault-error.js';
export { loadVaultKeyFile } from './vault-key-file.js';
export type { LoadedKeyFile } from './vault-key-file.js';
export { VaultKeyring } from './vault-keyring.js';
