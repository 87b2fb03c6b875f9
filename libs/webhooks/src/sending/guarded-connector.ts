import type { LookupAddress } from 'node:dns';
import { isIP, isIPv6, type LookupFunction } from 'node:net';

import { buildConnector } from 'undici';

import type { EndpointTarget } from './endpoint-target.js';
import type { ResolveHost } from './host-resolver.js';
import { closedAddress } from './public-address.js';

/** The guard closed the way before anything was sent. Never leaves the sender. */
export class AddressNotAllowed extends Error {
  override readonly name = 'AddressNotAllowed';
}

export interface ConnectorTerms {
  readonly resolve: ResolveHost;
  readonly connectTimeoutMs: number;
  /** PEM, in place of those that Node.js brings. */
  readonly certificateAuthorities: string | undefined;
}

/**
 * Opens connections to a target, each to an address that was judged in the same breath: the name is looked up once per
 * connection, all its addresses are judged, and the socket gets these and no name. An answer of a name server that
 * changes a moment later changes nothing.
 */
export function guardedConnector(target: EndpointTarget, terms: ConnectorTerms): buildConnector.connector {
  const options = {
    timeout: terms.connectTimeoutMs,
    // Said out loud, because it then wins over NODE_TLS_REJECT_UNAUTHORIZED=0.
    rejectUnauthorized: true,
    autoSelectFamily: true,
    ...(terms.certificateAuthorities === undefined ? {} : { ca: terms.certificateAuthorities }),
    ...(target.opened ? {} : { lookup: judgedLookup(terms.resolve) }),
  };
  const connect = buildConnector(options);
  return (wanted, callback) => {
    // Sockets look up names only: an address as the host would pass by the lookup.
    if (!target.opened && isIP(target.hostname) !== 0) {
      const closed = closedAddress(target.hostname);
      if (closed !== undefined) return callback(notAllowed(closed), null);
    }
    connect(wanted, (...result) => {
      const [err, socket] = result;
      if (err !== null) return callback(err, null);
      const closed = target.opened ? undefined : closedAddress(socket.remoteAddress ?? '');
      if (closed === undefined) return callback(null, socket);
      socket.destroy();
      callback(notAllowed(closed), null);
    });
  };
}

function judgedLookup(resolve: ResolveHost): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const closed = addresses.map(closedAddress).find((one) => one !== undefined);
        const [first] = addresses;
        if (closed !== undefined) return callback(notAllowed(closed), []);
        if (first === undefined) return callback(unresolved(hostname, 'no address'), []);
        if (options.all === true) return callback(null, addresses.map(withFamily));
        callback(null, first, withFamily(first).family);
      },
      (err: unknown) => callback(unresolved(hostname, codeOf(err)), []),
    );
  };
}

function withFamily(address: string): LookupAddress {
  return { address, family: isIPv6(address) ? 6 : 4 };
}

/** Without the address: whoever writes the name could read the inside of the network from it. */
function notAllowed(closed: string): AddressNotAllowed {
  return new AddressNotAllowed(
    `The host has an address that is kept for ${closed}. Use a host on the internet; for one inside your network the ` +
      'operator lists it in WEBHOOK_ALLOWED_HOSTS.',
  );
}

function unresolved(hostname: string, code: string): Error {
  return Object.assign(
    new Error(`${hostname} has no address, or its name server does not answer (${code})`),
    {
      code: 'EAI_FAIL',
    },
  );
}

function codeOf(err: unknown): string {
  return typeof err === 'object' && err !== null && 'code' in err ? String(err.code) : 'no reason given';
}
