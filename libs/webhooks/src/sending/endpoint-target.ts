import { isIP } from 'node:net';

import { hostAndPort, portOf, type AllowedHosts } from './allowed-hosts.js';
import { closedAddress } from './public-address.js';

/** Where a request goes, read once: what is checked is what is used. */
export interface EndpointTarget {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Without brackets. */
  readonly hostname: string;
  /** Path and query as they go out. */
  readonly path: string;
  /** The operator opened exactly this host and port, so that addresses are not judged. */
  readonly opened: boolean;
}

export type TargetReading =
  | { readonly ok: true; readonly target: EndpointTarget }
  | { readonly ok: false; readonly code: string; readonly detail: string };

const LONGEST = 2048;
/** Names that mean something inside a network only (RFC 6761, RFC 6762, RFC 8375, ICANN 2024). */
const INNER_NAME = /(^|\.)(localhost|local|internal|intranet|private|lan|home|corp|home\.arpa)$/;

/**
 * Reads an address with the parser that undici uses as well (WHATWG URL), which brings every spelling of an address to
 * one form: `0x7f.1`, `2130706433`, `①②⑦.0.0.1` and `127.0.0.1.` are all 127.0.0.1 from here on.
 */
export function readTarget(text: string, allowed: AllowedHosts): TargetReading {
  if (text.length > LONGEST)
    return fault('url_too_long', `The address is longer than ${LONGEST} characters. Shorten it.`);
  // The parser strips and replaces such characters silently, and then the address is another than the one that was read.
  if (/[\s\\\p{Cc}]/u.test(text)) {
    return fault(
      'url_malformed',
      'The address has a space, a backslash or a control character. Take it out.',
    );
  }
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) {
    return fault(
      'url_malformed',
      'This is no address. Write it in full, such as https://hooks.example.com/rekomi.',
    );
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || authorityOf(text).includes('@')) {
    return fault(
      'url_has_credentials',
      'Take user name and password out of the address; send them in a header.',
    );
  }
  if (text.includes('#'))
    return fault('url_has_fragment', 'Take out the part from "#" on; it is never sent.');
  const target = targetOf(url, allowed.has(hostAndPort(url)));
  return target.opened ? { ok: true, target } : judged(url, target);
}

function judged(url: URL, target: EndpointTarget): TargetReading {
  if (url.protocol !== 'https:') {
    return fault(
      'url_not_https',
      'The address must begin with https://, because what is sent is personal data.',
    );
  }
  const port = portOf(url);
  if (port !== 443 && port < 1024) {
    return fault(
      'url_port_not_allowed',
      `Port ${port} belongs to other services. Use 443, or one from 1024 on.`,
    );
  }
  if (isIP(target.hostname) !== 0) {
    const closed = closedAddress(target.hostname);
    return closed === undefined
      ? { ok: true, target }
      : notPublic(`${target.hostname} is kept for ${closed}`);
  }
  const name = target.hostname.replace(/\.$/, '');
  if (!name.includes('.') || INNER_NAME.test(name)) return notPublic(`${name} is a name inside a network`);
  return { ok: true, target };
}

function targetOf(url: URL, opened: boolean): EndpointTarget {
  return {
    origin: url.origin,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    path: `${url.pathname}${url.search}`,
    opened,
  };
}

function authorityOf(text: string): string {
  return /^[^/]*\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
}

function notPublic(why: string): TargetReading {
  return fault(
    'url_host_not_public',
    `${why}. Use a host on the internet; for one inside your network the operator lists it in WEBHOOK_ALLOWED_HOSTS.`,
  );
}

function fault(code: string, detail: string): TargetReading {
  return { ok: false, code, detail };
}
