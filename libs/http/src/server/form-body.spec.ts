import { connect } from 'node:net';

import fastify, { type FastifyInstance } from 'fastify';

import { acceptFormsOnPages } from './form-body.js';

let server: FastifyInstance;
let port: number;
let seen: unknown[];

beforeEach(async () => {
  seen = [];
  server = fastify();
  acceptFormsOnPages(server, { slowestMs: 50 });
  server.post('/page', async (request) => void seen.push(request.body));
  server.post('/v1/thing', async (request) => void seen.push(request.body));
  await server.listen({ port: 0, host: '127.0.0.1' });
  const address = server.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(async () => {
  // Whoever was refused may still be sending; nobody waits for that.
  server.server.closeAllConnections();
  await server.close();
});

const post = (path: string, body: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });

it('a form reaches a page, with repeated names as lists', async () => {
  expect((await post('/page', 'name=Jane+Doe&tag=a&tag=b')).status).toBe(200);
  expect(seen).toEqual([{ name: 'Jane Doe', tag: ['a', 'b'] }]);
});

it('a form never reaches the API', async () => {
  expect((await post('/v1/thing', 'name=Jane')).status).toBe(415);
  expect(seen).toEqual([]);
});

it('a form of more than a megabyte is refused', async () => {
  expect((await post('/page', `name=${'x'.repeat(1024 * 1024)}`)).status).toBe(413);
  expect(seen).toEqual([]);
});

it('who sends a form by drops is cut off', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    'POST /page HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nname=',
  );
  const drops = setInterval(() => socket.write('x'), 10);
  // However it ends: a reset is an end as well.
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(drops);
  expect(seen).toEqual([]);
});
