export { startEmbeddedPostgres } from './embedded-postgres.js';
export type { DatabaseUrls, EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.js';
export { EmbeddedPostgresError } from './embedded-postgres-error.js';
export { removeEmbeddedPostgres } from './remove-embedded-postgres.js';
export { chooseFreePort, isPortFree } from './free-port.js';
export { commandLineOf, isProcessAlive } from './process-state.js';
export { withFileLock } from './file-lock.js';
