import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { TcpProxy, type Harm, type Script } from './tcp-proxy.js';

let echo: Server;
let proxy: TcpProxy;
let client: Socket;
let heardByUpstream: string;
let harms: Harm[];

beforeEach(async () => {
  heardByUpstream = '';
  harms = [];
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      heardByUpstream += piece.toString();
      socket.write(`heard ${piece.toString()}`);
    });
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
});
afterEach(async () => {
  client.destroy();
  await proxy.close();
  echo.close();
});

async function open(script: Script, swallows?: (piece: Buffer) => boolean): Promise<void> {
  proxy = await TcpProxy.open({
    port: () => (echo.address() as AddressInfo).port,
    script: (connection) => (connection === 1 ? script : {}),
    onHarm: (kind) => harms.push(kind),
    ...(swallows === undefined ? {} : { swallows }),
  });
  client = await connected();
}

async function connected(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the connection ends, and how it ends. */
async function theEnd(socket: Socket): Promise<{ readonly text: string; readonly code?: string }> {
  let text = '';
  socket.on('data', (piece: Buffer) => (text += piece.toString()));
  return new Promise((resolve) => {
    socket.once('error', (err: NodeJS.ErrnoException) => resolve({ text, code: err.code ?? '' }));
    socket.once('end', () => resolve({ text }));
  });
}

async function asked(socket: Socket, question: string): Promise<string> {
  socket.write(question);
  const [piece] = (await once(socket, 'data')) as [Buffer];
  return piece.toString();
}

it('passes on what it is given, late where it should', async () => {
  await open({ delayMs: 20 });
  expect(await asked(client, 'one')).toBe('heard one');
  expect(harms).toEqual([]);
});

it('resets before the upstream heard anything', async () => {
  await open({ reset: 'before' });
  client.write('one');
  expect(await theEnd(client)).toEqual({ text: '', code: 'ECONNRESET' });
  expect({ heardByUpstream, harms }).toEqual({ heardByUpstream: '', harms: ['reset before'] });
});

it('resets in place of the answer', async () => {
  await open({ reset: 'after' });
  client.write('one');
  expect(await theEnd(client)).toEqual({ text: '', code: 'ECONNRESET' });
  expect({ heardByUpstream, harms }).toEqual({ heardByUpstream: 'one', harms: ['reset after'] });
});

it('ends in the middle of an answer', async () => {
  await open({ truncateAfter: 7 });
  client.write('one');
  expect(await theEnd(client)).toEqual({ text: 'heard o' });
  expect(harms).toEqual(['truncate']);
});

it('lets an answer trickle', async () => {
  await open({ dripBytes: 2 });
  client.write('slow');
  let text = '';
  while (text.length < 'heard slow'.length) {
    const [piece] = (await once(client, 'data')) as [Buffer];
    expect(piece.length).toBeLessThan('heard slow'.length);
    text += piece.toString();
  }
  expect(text).toBe('heard slow');
});

it('swallows what is open, in both directions and without a word, and leaves new connections alone', async () => {
  await open({});
  expect(await asked(client, 'one')).toBe('heard one');
  expect(proxy.blackHole()).toBe(1);
  client.write('two');
  client.on('data', () => harms.push('black hole'));
  const other = await connected();
  expect(await asked(other, 'three')).toBe('heard three');
  expect(heardByUpstream).toBe('onethree');
  expect(harms).toEqual([]);
  expect(proxy.open).toBe(2);
  other.destroy();
});

it('swallows from a certain request on', async () => {
  await open({}, (piece) => piece.includes('secret'));
  expect(await asked(client, 'one')).toBe('heard one');
  client.write('secret');
  const other = await connected();
  expect(await asked(other, 'two')).toBe('heard two');
  expect({ heardByUpstream, harms }).toEqual({ heardByUpstream: 'onetwo', harms: ['black hole'] });
  other.destroy();
});
