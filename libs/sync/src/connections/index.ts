export type { AudienceList } from './audience-listing.js';
export type { UpdatedConnection } from './connection-changes.js';
export type { Disconnected } from './connection-closing.js';
export type { CreatedConnection, PreparedConnection, UnsavedReport } from './connection-creation.js';
export type { CredentialWarning } from './connection-credentials.js';
export type { CreateConnection, UnsavedCredentials, UpdateConnection } from './connection-input.js';
export type { ConnectionParts, ProviderLookup } from './connection-parts.js';
export type {
  ConnectionProblem,
  ConnectionResult,
  ConnectionState,
  InputProblem,
} from './connection-problem.js';
export { withDefaults, type Environment, type Settings } from './connection-settings.js';
export type { Reverified } from './connection-standing.js';
export type { BoundedCount, ConnectionView, SlowedFamily } from './connection-view.js';
export type { ReadableAudiences, WantedAudience } from './readable-audiences.js';
export { ConnectionService } from './connection.service.js';
export { StoredConnectionKeeper } from './stored-connection-keeper.js';
export { CheckLoop, type DueWork } from './check-loop.js';
export { makeConnectionChecks, type ConnectionChecks } from './make-connection-checks.js';
export { ConnectionTroubles } from './connection-troubles.js';
export { readBackObstacle } from './read-back.js';
