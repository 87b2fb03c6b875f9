import type { Authorization } from '@rekomi/provider-contract';
import type { CredentialSource } from './credential-source.js';

/** A header with its secret, and what the record shows instead. */
export interface AuthorizationHeader {
  readonly name: string;
  readonly value: string;
  readonly masked: string;
}

/** Throws when the provider names a credential that is not there: it has to ask `has` first. */
export function authorizationHeader(
  authorization: Authorization,
  credentials: CredentialSource,
): AuthorizationHeader | undefined {
  switch (authorization.kind) {
    case 'none':
    case 'body':
      return undefined;
    case 'basic':
    case 'basic_literal': {
      const { kind, user, password } = authorization;
      const name = kind === 'basic' ? reveal(credentials, user) : user;
      return {
        name: 'authorization',
        value: `Basic ${Buffer.from(`${name}:${reveal(credentials, password)}`).toString('base64')}`,
        masked: `Basic [masked:${user}:${password}]`,
      };
    }
    case 'bearer':
      return {
        name: 'authorization',
        value: `Bearer ${reveal(credentials, authorization.credential)}`,
        masked: `Bearer [masked:${authorization.credential}]`,
      };
    case 'header': {
      const { name, credential, prefix = '' } = authorization;
      return {
        name: name.toLowerCase(),
        value: `${prefix}${reveal(credentials, credential)}`,
        masked: `${prefix}[masked:${credential}]`,
      };
    }
  }
}

/** Throws when it is not there. */
export function reveal(credentials: CredentialSource, field: string): string {
  const value = credentials.reveal(field, 'authorize');
  if (value === undefined || value === '') throw new Error(`The credential "${field}" is not present.`);
  return value;
}
