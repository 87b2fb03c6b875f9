// Stands between the product and the sandbox for a moment and keeps every request as it was on the wire.
import { createServer } from 'node:http';

import { Pool } from 'undici';

/** The connection's own; the one that replays has a connection of its own. */
const OF_THE_CONNECTION = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
]);

/** @param sandboxUrl where the requests go on to */
export async function startRecorder(sandboxUrl) {
  const requests = [];
  const onward = new Pool(sandboxUrl);
  const server = createServer((incoming, response) => {
    passOn(incoming, response).catch((err) => {
      console.error(err);
      response.destroy();
    });
  });

  async function passOn(incoming, response) {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = chunks.length === 0 ? undefined : Buffer.concat(chunks);
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).filter(([name]) => !OF_THE_CONNECTION.has(name)),
    );
    const kept = { path: incoming.url, method: incoming.method, headers, body };
    requests.push(kept);
    const answer = await onward.request(kept);
    response.writeHead(answer.statusCode, answer.headers);
    response.end(Buffer.from(await answer.body.arrayBuffer()));
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** @returns what came since it was asked last */
    take: () => requests.splice(0),
    async close() {
      server.closeAllConnections();
      server.close();
      await onward.close();
    },
  };
}
