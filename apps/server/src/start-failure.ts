import { DatabaseSetupError } from '@rekomi/database';
import { isDatabaseUnavailable } from '@rekomi/http';
import { VaultError } from '@rekomi/vault';
import { isNativeError } from 'node:util/types';

import { ConfigurationError } from './config/configuration-error.js';
import { redactText } from './logging/redaction.js';

const AUTHENTICATION_FAILED = new Set(['28P01', '28000']);
const NO_SUCH_DATABASE = '3D000';

/** Cause and remedy of a start that failed, without stack and secrets. Undefined for what nobody expected. */
export function explainStartFailure(err: unknown): string | undefined {
  if (err instanceof ConfigurationError || err instanceof DatabaseSetupError) return err.message;
  if (err instanceof VaultError) {
    return `${err.message} Check REKOMI_VAULT_KEYS, or the file vault.keys in the data folder.`;
  }
  if (!(err instanceof Error || isNativeError(err))) return undefined;
  const message = redactText(firstLine(err), { addresses: false });
  const code = 'code' in err ? String(err.code) : '';
  if (AUTHENTICATION_FAILED.has(code))
    return `The database refuses the login: ${message}. Check user and password of its URL.`;
  if (code === NO_SUCH_DATABASE)
    return `The database does not exist: ${message}. Create it, or correct the name in its URL.`;
  if (code === 'EADDRINUSE')
    return `The port is taken by another program: ${message}. Set PORT to another one.`;
  if (code === 'EACCES')
    return `Access is denied: ${message}. Check HOST, PORT and the permissions of the data folder.`;
  if (isDatabaseUnavailable(err))
    return `The database does not answer: ${message}. Check that it runs and that its URL is right.`;
  return undefined;
}

function firstLine(err: Error): string {
  // Several addresses of one host, each with its own failure; the outer error has no words of its own.
  const inner: unknown = 'errors' in err && Array.isArray(err.errors) ? err.errors[0] : undefined;
  return ((isNativeError(inner) ? inner : err).message.split('\n')[0] ?? '').replace(/\.$/, '');
}
