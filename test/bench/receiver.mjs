// A receiver of webhooks as a process of its own: takes everything, counts it, and tells when the first one came.
import { createServer } from 'node:http';

let count = 0;
let firstAt = 0;

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify({ count, firstAt }));
    return;
  }
  request.resume();
  request.on('end', () => {
    if (count === 0) firstAt = performance.timeOrigin + performance.now();
    count += 1;
    response.writeHead(204).end();
  });
});
process.on('message', () => {
  count = 0;
  process.send({ reset: true });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
