import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A merchant's own system on loopback. It survives whatever is killed in the product. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** How it answers; with 204 unless told. */
  answer: (response: ServerResponse, received: Received) => void = (response) =>
    response.writeHead(204).end();

  private constructor(private readonly server: Server) {}

  static async open(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const { headers } = request;
        const received = { id: String(headers['webhook-id']), headers, body };
        receiver.received.push(received);
        receiver.answer(response, received);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** As the operator's list wants it. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/hooks`;
  }

  /** Everything that came in, as the reference library reads it. @throws when one is not signed with this secret */
  messages(secret: string): readonly { id: string; type: string; data: Record<string, unknown> }[] {
    const webhook = new Webhook(secret);
    return this.received.map(({ id, headers, body }) => {
      const { type, data } = webhook.verify(body, headers as Record<string, string>) as {
        type: string;
        data: Record<string, unknown>;
      };
      return { id, type, data };
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
