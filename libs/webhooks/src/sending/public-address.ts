import { addressBytes } from './ip-address.js';

/**
 * Where no webhook goes. IANA's special-purpose registries for IPv4 and IPv6 (of 2025) as a whole, also the blocks that
 * are reachable globally, because nobody's endpoint stands there; multicast and reserved space; and one address that is
 * public by its number only. The words stand in messages that merchants read.
 */
const CLOSED: readonly (readonly [network: string, what: string])[] = [
  ['0.0.0.0/8', 'this machine'],
  ['10.0.0.0/8', 'a private network'],
  ['100.64.0.0/10', 'the inner network of a provider'],
  ['127.0.0.0/8', 'this machine'],
  ['168.63.129.16/32', 'the inner network of a cloud'],
  ['169.254.0.0/16', 'the inner network of a cloud or a single cable'],
  ['172.16.0.0/12', 'a private network'],
  ['192.0.0.0/24', 'a special purpose'],
  ['192.0.2.0/24', 'documentation'],
  ['192.31.196.0/24', 'a special purpose'],
  ['192.52.193.0/24', 'a special purpose'],
  ['192.88.99.0/24', 'a special purpose'],
  ['192.168.0.0/16', 'a private network'],
  ['192.175.48.0/24', 'a special purpose'],
  ['198.18.0.0/15', 'measurements'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'many machines at once'],
  ['240.0.0.0/4', 'no machine'],
  // Teredo, benchmarking, ORCHID and what else the IETF keeps for protocols.
  ['2001::/23', 'a special purpose'],
  ['2001:db8::/32', 'documentation'],
  // 6to4 carries an IPv4 address of anybody's choice.
  ['2002::/16', 'a tunnel'],
  ['2620:4f:8000::/48', 'a special purpose'],
  ['3fff::/20', 'documentation'],
];

/** The only part of IPv6 in which hosts of the internet have addresses; all else is closed without being named. */
const IPV6_UNICAST = network('2000::/3');

const CLOSED_NETWORKS = CLOSED.map(([text, what]) => ({ ...network(text), what }));

/** Words for what is wrong with IPv6 outside of global unicast; judged already, named for the reader. */
const NAMED = (
  [
    ['::1/128', 'this machine'],
    ['::/128', 'this machine'],
    ['fc00::/7', 'a private network'],
    ['fe80::/10', 'a single cable'],
    ['ff00::/8', 'many machines at once'],
  ] as const
).map(([text, what]) => ({ ...network(text), what }));

/**
 * What an address is for, when it is not a host on the internet; undefined when it is one.
 *
 * Judged by its bytes: a text has too many spellings. IPv6 that carries IPv4 (mapped, compatible, NAT64, 6to4, Teredo) is
 * closed whatever it carries.
 *
 * @param address as a resolver, a socket or a URL parser gives it.
 */
export function closedAddress(address: string): string | undefined {
  const bytes = addressBytes(address);
  if (bytes === undefined) return 'no machine';
  const closed = CLOSED_NETWORKS.find((one) => holds(one, bytes));
  if (closed !== undefined) return closed.what;
  if (bytes.length === 4 || holds(IPV6_UNICAST, bytes)) return undefined;
  return NAMED.find((one) => holds(one, bytes))?.what ?? 'a special purpose';
}

interface Network {
  readonly prefix: Uint8Array;
  readonly bits: number;
}

function network(text: string): Network {
  const [address = '', bits = ''] = text.split('/');
  const prefix = addressBytes(address);
  if (prefix === undefined) throw new Error(`No network: ${text}`);
  return { prefix, bits: Number(bits) };
}

function holds({ prefix, bits }: Network, bytes: Uint8Array): boolean {
  if (prefix.length !== bytes.length) return false;
  const whole = bits >> 3;
  for (let place = 0; place < whole; place += 1) if (prefix[place] !== bytes[place]) return false;
  const rest = 8 - (bits & 7);
  return rest === 8 || (prefix[whole] ?? 0) >> rest === (bytes[whole] ?? 0) >> rest;
}
