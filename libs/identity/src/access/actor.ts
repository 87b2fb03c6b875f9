import type { ApiKeyEnvironment } from '../api-keys/api-key-text.js';
import type { ApiKeyScope } from '../api-keys/api-key.js';
import type { Role } from './role.js';

export interface ApiKeyActor {
  readonly kind: 'api_key';
  readonly id: string;
  /** Name of the key. */
  readonly label: string;
  readonly environment: ApiKeyEnvironment;
  readonly scope: ApiKeyScope;
}

export interface UserActor {
  readonly kind: 'user';
  readonly id: string;
  /** The person's address. */
  readonly label: string;
  readonly name: string;
  /** In the organisation of the session. */
  readonly role: Role;
  readonly sessionId: string;
}

/** Who does something: a program with a key, or a person who is signed in. */
export type TenantActor = ApiKeyActor | UserActor;
