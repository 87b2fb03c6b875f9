import type { ApiKeyEnvironment } from './api-key-text.js';

/** `read`: nothing can be changed with this key. */
export type ApiKeyScope = 'read' | 'read_write';

/** What can be known of a key after it was created. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly environment: ApiKeyEnvironment;
  readonly scope: ApiKeyScope;
  /** The first characters, to recognise the key by. */
  readonly prefix: string;
  readonly lastFour: string;
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** After a rotation: until when the secret before it works as well. */
  readonly formerSecretValidUntil: Date | null;
}

export interface NewApiKey {
  readonly name: string;
  readonly scope: ApiKeyScope;
  readonly environment: ApiKeyEnvironment;
  readonly expiresAt?: Date;
}

export interface ApiKeyChange {
  readonly name: string;
}

export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  /** The key itself, to be shown once. */
  readonly secret: string;
}
