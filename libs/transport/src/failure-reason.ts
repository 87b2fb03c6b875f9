import type { NoAnswer } from '@rekomi/provider-contract';
import { noAnswer } from './no-answer.js';

type Reason = NoAnswer['reason'];

/** Codes of Node's sockets (errno), its resolver and undici. */
const REASONS: Readonly<Record<string, Reason>> = {
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  EAI_FAIL: 'unresolved',
  EAI_NODATA: 'unresolved',
  EAI_NONAME: 'unresolved',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  EHOSTDOWN: 'refused',
  ENETUNREACH: 'refused',
  ENETDOWN: 'refused',
  EADDRNOTAVAIL: 'refused',
  EACCES: 'refused',
  EPERM: 'refused',
  EMFILE: 'refused',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'too_large',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'too_large',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  UND_ERR_CLOSED: 'aborted',
  UND_ERR_DESTROYED: 'aborted',
  UND_ERR_ABORTED: 'aborted',
  EPROTO: 'tls',
};

/** OpenSSL's own codes, Node's, and the names of X.509 verification results. */
const TLS_CODE =
  /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_|INVALID_PURPOSE)/;

/**
 * What an error of the network means. `sent` says whether undici had begun to write the request: only before that is
 * it certain that the vendor saw nothing, and a reused connection that the peer had closed counts as written.
 */
export function failureReason(err: unknown, sent: boolean): NoAnswer {
  const code = textOf(err, 'code');
  const message = messageOf(err);
  const detail = code === '' || message.includes(code) ? message : `${message} (${code})`;
  return noAnswer(reasonOf(code, textOf(err, 'name'), message, sent), sent, detail);
}

function reasonOf(code: string, name: string, message: string, sent: boolean): Reason {
  if (TLS_CODE.test(code)) return 'tls';
  // Node reports a peer that hangs up during the handshake as a plain ECONNRESET; only the message tells.
  if (!sent && code === 'ECONNRESET' && message.includes('TLS')) return 'tls';
  const reason = REASONS[code];
  if (reason !== undefined) return reason;
  // undici 7.30 gives its parser's errors a name and no code; an end in the middle of the body is a cut.
  if (name === 'HTTPParserError') return message.includes('Invalid EOF state') ? 'reset' : 'malformed';
  return sent ? 'reset' : 'refused';
}

function textOf(err: unknown, property: 'code' | 'name'): string {
  const value: unknown = typeof err === 'object' && err !== null ? Reflect.get(err, property) : undefined;
  return typeof value === 'string' ? value : '';
}

function messageOf(err: unknown): string {
  if (typeof err !== 'object' || err === null || !('message' in err)) return 'the connection failed';
  if (typeof err.message === 'string' && err.message !== '') return err.message;
  // When every address of a host fails, Node's AggregateError has no message of its own.
  const first: unknown = 'errors' in err && Array.isArray(err.errors) ? err.errors[0] : undefined;
  return first === undefined ? 'the connection failed' : messageOf(first);
}
