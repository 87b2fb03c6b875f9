import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = (response: ServerResponse, received: Received) => void;

const TAKE: Answer = (response) => response.writeHead(204).end();

/** A merchant's system on loopback: keeps what comes in, answers as it is told to. */
export class Receiver {
  readonly received: Received[] = [];
  private answer: Answer = TAKE;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const received = { path: request.url ?? '', headers: request.headers, body };
        receiver.received.push(received);
        receiver.answer(response, received);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  url(path = '/hooks'): string {
    return `http://${this.host}${path}`;
  }

  answers(answer: Answer): void {
    this.answer = answer;
  }

  answersStatus(status: number, headers: Record<string, string> = {}, body = ''): void {
    this.answer = (response) => response.writeHead(status, headers).end(body);
  }

  takes(): void {
    this.answer = TAKE;
  }

  /** What came in, each checked by the reference library. @throws when a signature is wrong. */
  verified(secret: string): { id: string; type: string; data: Record<string, unknown> }[] {
    return this.received.map(({ headers, body }) => {
      const message = new Webhook(secret).verify(body, headers as Record<string, string>) as {
        type: string;
        data: Record<string, unknown>;
      };
      return { id: String(headers['webhook-id']), type: message.type, data: message.data };
    });
  }

  reset(): void {
    this.received.length = 0;
    this.takes();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
