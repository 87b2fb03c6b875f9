import { createServer } from 'node:net';

/** Whether a server could listen on this loopback port now. */
export function isPortFree(port: number): Promise<boolean> {
  return listenBriefly(port).then((opened) => opened !== null);
}

/**
 * The first free loopback port among the given ones, in their order, else one that the system picks.
 * Named ports come first because the system's own choice may later be taken by any outgoing connection.
 */
export async function chooseFreePort(preferred: Iterable<number>): Promise<number> {
  for (const port of preferred) {
    if (await isPortFree(port)) return port;
  }
  const port = await listenBriefly(0);
  if (port === null) throw new Error('The system has no free TCP port on 127.0.0.1.');
  return port;
}

function listenBriefly(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const opened = typeof address === 'object' && address !== null ? address.port : null;
      server.close(() => resolve(opened));
    });
  });
}
