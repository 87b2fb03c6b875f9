import type { IncomingMessage } from 'node:http';

const LARGEST_BODY = 32 * 1024 * 1024;

/** Reads a whole body. Undefined when it is larger than any vendor takes or the client went away. */
export function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST_BODY) resolve(undefined);
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const [only] = chunks;
      resolve(
        chunks.length === 1 && only !== undefined
          ? only.toString('utf8')
          : Buffer.concat(chunks).toString('utf8'),
      );
    });
    request.on('error', () => resolve(undefined));
    request.on('close', () => resolve(undefined));
  });
}
