// Stands in front of the sandbox, writes down when each request arrived, and lets those of one workspace hang.
import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { Pool } from 'undici';

const OF_THE_CONNECTION = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
]);

export class WatchingFront {
  url;
  /** By what the request is about: milliseconds since 1970, the first time. */
  arrivals = new Map();
  #onward;
  #server;
  #hanging;
  #ending = new AbortController();

  /** @param about from a request to what it is called, or undefined */
  constructor(about) {
    this.about = about;
    setMaxListeners(0, this.#ending.signal);
  }

  async open(sandboxUrl) {
    this.#onward = new Pool(sandboxUrl);
    this.#server = createServer((incoming, response) => {
      const at = Date.now();
      this.#pass(incoming, response, at).catch(() => response.destroy());
    });
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  /** From now on requests with these credentials get no answer for so long; without them none hangs. */
  hang(credentials, ms) {
    this.#hanging =
      credentials === undefined
        ? undefined
        : {
            ms,
            header: `Basic ${Buffer.from(`${credentials.siteId}:${credentials.trackApiKey}`).toString('base64')}`,
          };
  }

  async #pass(incoming, response, at) {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = chunks.length === 0 ? undefined : Buffer.concat(chunks);
    for (const name of this.about(incoming.url, body?.toString('utf8') ?? ''))
      if (!this.arrivals.has(name)) this.arrivals.set(name, at);
    if (this.#hanging !== undefined && incoming.headers.authorization === this.#hanging.header)
      await delay(this.#hanging.ms, undefined, { signal: this.#ending.signal });
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).filter(([name]) => !OF_THE_CONNECTION.has(name)),
    );
    const answer = await this.#onward.request({ path: incoming.url, method: incoming.method, headers, body });
    response.writeHead(answer.statusCode, answer.headers);
    response.end(Buffer.from(await answer.body.arrayBuffer()));
  }

  async close() {
    this.#ending.abort();
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#onward.destroy();
  }
}
