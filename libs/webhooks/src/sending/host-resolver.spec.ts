import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

import { nameServerResolver } from './host-resolver.js';

const TYPE_A = 1;
const TYPE_AAAA = 28;
const sockets: Socket[] = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.close()));

/** A name server on loopback (RFC 1035). @param answer addresses as bytes for a query's type, or a response code. */
async function nameServer(
  answer: (type: number) => readonly (readonly number[])[] | number,
): Promise<string> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (query, sender) => {
    const end = query.indexOf(0, 12) + 5;
    const type = query.readUInt16BE(end - 4);
    const found = answer(type);
    const records = typeof found === 'number' ? [] : found;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (typeof found === 'number' ? found : 0), 2);
    header.writeUInt16BE(records.length, 6);
    header.writeUInt32BE(0, 8);
    // Name by pointer, class IN, a time to live of 0.
    const body = records.map((bytes) =>
      Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length, ...bytes]),
    );
    socket.send(Buffer.concat([header, query.subarray(12, end), ...body]), sender.port, sender.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return `127.0.0.1:${socket.address().port}`;
}

describe('looking up a host', () => {
  it('finds its addresses of both kinds', async () => {
    const server = await nameServer((type) =>
      type === TYPE_A
        ? [
            [93, 184, 216, 34],
            [127, 0, 0, 1],
          ]
        : [[0x20, 1, ...Array.from({ length: 13 }, () => 0), 5]],
    );
    expect(await nameServerResolver([server])('hooks.example.com')).toEqual([
      '93.184.216.34',
      '127.0.0.1',
      '2001::5',
    ]);
  });

  it('is content with one kind', async () => {
    const server = await nameServer((type) => (type === TYPE_AAAA ? [] : [[93, 184, 216, 34]]));
    expect(await nameServerResolver([server])('hooks.example.com')).toEqual(['93.184.216.34']);
  });

  it('asks anew every time, so that every answer is judged that is used', async () => {
    let last = 0;
    const server = await nameServer((type) => (type === TYPE_A ? [[127, 0, 0, ++last]] : []));
    const resolve = nameServerResolver([server]);
    expect([await resolve('a.example.com'), await resolve('a.example.com')]).toEqual([
      ['127.0.0.1'],
      ['127.0.0.2'],
    ]);
  });

  it.each([
    ['there is no such name', 3],
    ['the name server fails', 2],
    ['the name server refuses', 5],
    ['the name has no address', 0],
  ])('fails when %s', async (_, code) => {
    const server = await nameServer(() => (code === 0 ? [] : code));
    await expect(nameServerResolver([server])('hooks.example.com')).rejects.toMatchObject({
      code: expect.any(String),
    });
  });
});
