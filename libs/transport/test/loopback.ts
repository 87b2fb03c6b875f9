import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Loopback {
  readonly port: number;
  readonly url: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

const running: { close(): Promise<void> }[] = [];

/** Ends every server that the test has started. */
export async function closeLoopbacks(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}

/** An HTTP server; `answer` is called once the request has been read to its end. */
export async function httpLoopback(
  answer: (seen: Seen, response: ServerResponse, request: IncomingMessage) => void,
): Promise<Loopback> {
  const seen: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one: Seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks),
      };
      seen.push(one);
      answer(one, response, request);
    });
  };
  return listen(createServer(listener), seen);
}

/** A bare TCP server, for what no HTTP server would do. */
export async function tcpLoopback(onSocket: (socket: Socket) => void): Promise<Loopback> {
  return listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      onSocket(socket);
    }),
    [],
  );
}

export async function listen(server: Server, seen: Seen[]): Promise<Loopback> {
  const sockets = new Set<Socket>();
  for (const event of ['connection', 'secureConnection']) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  running.push({ close });
  return { port, url: `http://127.0.0.1:${port}`, seen, close };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await tcpLoopback(() => undefined);
  await server.close();
  return server.port;
}
