import { BlockList, isIPv4 } from 'node:net';

import { addressBytes } from './ip-address.js';
import { closedAddress } from './public-address.js';

/**
 * The second opinion: Node's own `BlockList`, filled from IANA's special-purpose address registries (2025-10), its IPv6
 * unicast assignments, and RFC 5735, 3879 and 9602; written down apart from the product's list.
 */
const second = { ipv4: new BlockList(), ipv6: new BlockList() };
const V4 = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
  '192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24',
  '203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
].flatMap((line) => line.split(' '));
const V6 = [
  // What is not 2000::/3, in its eighths and by name.
  '::/3 4000::/2 8000::/1 ::/128 ::1/128 ::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 5f00::/16',
  'fc00::/7 fe80::/10 fec0::/10 ff00::/8',
  '2001::/32 2001:1::/32 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28 2001::/23',
  '2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20',
].flatMap((line) => line.split(' '));
for (const [list, family] of [
  [V4, 'ipv4'],
  [V6, 'ipv6'],
] as const) {
  for (const entry of list) {
    const [net = '', bits = ''] = entry.split('/');
    second[family].addSubnet(net, Number(bits), family);
  }
}

/** A list for each: in one, Node would take IPv4 for a part of `::/3`. */
function closedBySecond(address: string): boolean {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  return second[family].check(address, family);
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  return Array.from({ length: 8 }, (_, place) =>
    ((bytes[place * 2]! << 8) | bytes[place * 2 + 1]!).toString(16),
  ).join(':');
}

/** A generator with a seed (mulberry32), so that a failure can be repeated. */
function bytesFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) & 0xff;
  };
}

function disagreements(addresses: Iterable<Uint8Array>): string[] {
  const found: string[] = [];
  for (const bytes of addresses) {
    const text = textOf(bytes);
    if ((closedAddress(text) !== undefined) !== closedBySecond(text)) found.push(text);
  }
  return found;
}

describe('which addresses are on the internet', () => {
  it('agrees with a second implementation at both edges of every block', () => {
    function* edges(): Generator<Uint8Array> {
      for (const entry of [...V4, ...V6, '2000::/3', '::ffff:0:0/96']) {
        const [net = '', bits = ''] = entry.split('/');
        const first = addressBytes(net)!;
        const size = BigInt(first.length * 8);
        const number = first.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
        const last = number + (1n << (size - BigInt(bits))) - 1n;
        for (const edge of [number - 1n, number, number + 1n, last - 1n, last, last + 1n]) {
          if (edge < 0n || edge >> size !== 0n) continue;
          const hex = edge.toString(16).padStart(first.length * 2, '0');
          yield Uint8Array.from(Buffer.from(hex, 'hex'));
        }
      }
    }
    const all = [...edges()];
    expect(all.length).toBeGreaterThan(200);
    expect(disagreements(all)).toEqual([]);
  });

  it('agrees with it on many random addresses', () => {
    const next = bytesFrom(20_261_120);
    function* random(): Generator<Uint8Array> {
      for (let count = 0; count < 60_000; count += 1) yield Uint8Array.from({ length: 4 }, next);
      for (let count = 0; count < 60_000; count += 1) {
        const bytes = Uint8Array.from({ length: 16 }, next);
        // Half of them where the closed blocks are dense.
        if (count % 2 === 0) bytes.set([0x20, count % 4 === 0 ? 0x01 : bytes[1]!], 0);
        yield bytes;
      }
    }
    expect(disagreements(random())).toEqual([]);
  });

  it.each([
    ['8.8.8.8'],
    ['1.1.1.1'],
    ['99.255.255.255'],
    ['100.128.0.0'],
    ['172.32.0.1'],
    ['223.255.255.255'],
    ['2606:4700:4700::1111'],
    ['2a00:1450:4001:82b::200e'],
  ])('%s is', (address) => {
    expect(closedAddress(address)).toBeUndefined();
  });

  it.each([
    ['127.0.0.1', 'this machine'],
    ['10.1.2.3', 'a private network'],
    ['169.254.169.254', 'the inner network of a cloud or a single cable'],
    ['168.63.129.16', 'the inner network of a cloud'],
    ['255.255.255.255', 'no machine'],
    ['::1', 'this machine'],
    ['::ffff:8.8.8.8', 'a special purpose'],
    ['::8.8.8.8', 'a special purpose'],
    ['64:ff9b::808:808', 'a special purpose'],
    ['64:ff9b:1::1', 'a special purpose'],
    ['2002:808:808::1', 'a tunnel'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'a special purpose'],
    ['5f00::1', 'a special purpose'],
    ['fec0::1', 'a special purpose'],
    ['fd00:ec2::254', 'a private network'],
    ['fe80::1%eth0', 'no machine'],
    ['', 'no machine'],
    ['example.com', 'no machine'],
    ['0x7f.1', 'no machine'],
  ])('%s is not: it is kept for %s', (address, what) => {
    expect(closedAddress(address)).toBe(what);
  });
});

describe('the bytes of an address', () => {
  it.each([
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['::', '00000000000000000000000000000000'],
    ['1::', '00010000000000000000000000000000'],
    ['::ffff:127.0.0.1', '00000000000000000000ffff7f000001'],
    ['64:ff9b::10.0.0.1', '0064ff9b00000000000000000a000001'],
    ['2001:DB8::A:0:1', '20010db80000000000000000000a00000001'.slice(0, 20) + '000a00000001'],
    ['1.2.3.4', '01020304'],
  ])('of %s are %s', (text, hex) => {
    expect(Buffer.from(addressBytes(text)!).toString('hex')).toBe(hex);
  });

  it.each(['1.2.3', '01.2.3.4', '1.2.3.256', ':::', '1::2::3', 'fe80::1%1', '[::1]'])(
    'of %s are none',
    (text) => {
      expect(addressBytes(text)).toBeUndefined();
    },
  );
});
