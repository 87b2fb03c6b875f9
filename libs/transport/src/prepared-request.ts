import type { VendorRequest } from '@rekomi/provider-contract';
import { authorizationHeader, reveal } from './authorization-header.js';
import type { AuthorizationHeader } from './authorization-header.js';
import type { CredentialSource } from './credential-source.js';

/** A request as it will be on the wire. */
export interface PreparedRequest {
  /** Path and query, encoded. */
  readonly target: string;
  /** Without the one that authorises. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly authorization: AuthorizationHeader | undefined;
  /** A header whose value can't be sent, for instance because a key was pasted with a line break. */
  readonly unsendable: string | undefined;
}

/** These belong to the connection, not to a provider. */
const OURS = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Throws for mistakes in a provider's code; the messages hold no values. */
export function prepareRequest(
  request: VendorRequest,
  defaults: Readonly<Record<string, string>>,
  credentials: CredentialSource,
): PreparedRequest {
  const body = bodyOf(request, credentials);
  const authorization = authorizationHeader(request.authorization, credentials);
  const headers: Record<string, string> = { ...defaults };
  if (body !== undefined) {
    headers['content-type'] =
      request.form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
  }
  for (const [name, value] of request.headers === undefined ? [] : Object.entries(request.headers)) {
    const lower = name.toLowerCase();
    if (OURS.has(lower) || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower)) {
      throw new TypeError(`A provider can't set the header "${lower}".`);
    }
    headers[lower] = value;
  }
  if (authorization !== undefined) delete headers[authorization.name];
  const names = Object.keys(headers);
  // undici would refuse such a value as well, and its pool would lose a connection for good each time.
  let unsendable = names.find((name) => !canBeSent(headers[name]));
  if (unsendable === undefined && !canBeSent(authorization?.value)) unsendable = authorization?.name;
  return { target: targetOf(request), headers, body, authorization, unsendable };
}

function canBeSent(value: string | undefined): boolean {
  return value === undefined || /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function bodyOf(request: VendorRequest, credentials: CredentialSource): string | undefined {
  const { json, jsonText, form, authorization } = request;
  const bodies = Number(json !== undefined) + Number(jsonText !== undefined) + Number(form !== undefined);
  if (bodies > 1) {
    throw new TypeError('A request has one of json, jsonText and form.');
  }
  if (authorization.kind !== 'body') {
    if (form !== undefined) return new URLSearchParams(form).toString();
    return json === undefined ? jsonText : JSON.stringify(json);
  }
  const secrets = Object.fromEntries(
    Object.entries(authorization.credentials).map(([name, credential]) => [
      name,
      reveal(credentials, credential),
    ]),
  );
  if (form !== undefined) return new URLSearchParams({ ...form, ...secrets }).toString();
  if (jsonText !== undefined || typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new TypeError('Credentials can join a form or a JSON object only.');
  }
  return JSON.stringify({ ...json, ...secrets });
}

function targetOf(request: VendorRequest): string {
  if (!/^\/[\x21\x22\x24-\x7e]*$/.test(request.path)) {
    throw new TypeError('A path starts with "/" and is percent-encoded.');
  }
  if (request.query === undefined) return request.path;
  const query = Object.entries(request.query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  if (query === '') return request.path;
  return `${request.path}${request.path.includes('?') ? '&' : '?'}${query}`;
}
