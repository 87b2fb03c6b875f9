import type { Readable } from 'node:stream';

// The form parser adds its methods to every request.
import type {} from '@fastify/multipart';
import { problem } from '@rekomi/http';
import type { FastifyRequest } from 'fastify';

export interface UploadBody {
  /** As the sender calls it; blank when it does not. */
  readonly fileName: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Lets the rest go by: a sender that is cut off in the middle never reads the answer. */
  discard(): Promise<void>;
}

const SILENCE_MS = 60_000;
const DISCARD_MS = 120_000;

/** The file in a request: its whole body, or the part of a form that is a file. */
export async function uploadBody(request: FastifyRequest, fileName: string): Promise<UploadBody> {
  if (!request.isMultipart()) return bodyOf(request.raw, fileName);
  const part = await request.file();
  if (part === undefined) {
    throw problem('validation_failed', {
      errors: [
        {
          pointer: '#/file',
          code: 'file_missing',
          detail: 'The form has no file. Send one in the field file.',
        },
      ],
    });
  }
  return bodyOf(part.file, part.filename);
}

function bodyOf(stream: Readable, fileName: string): UploadBody {
  return {
    fileName,
    bytes: watched(stream),
    discard: () => discard(stream),
  };
}

function discard(stream: Readable): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => stream.destroy(), DISCARD_MS).unref();
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    // Who goes away while nobody listens is no error.
    for (const end of ['end', 'close', 'error']) stream.once(end, done);
    // Not in the same tick: only then has the reading that was broken off let go of the stream.
    setImmediate(() => stream.resume());
  });
}

/** Ends an upload that has fallen silent. Leaving early does not cut the connection: the sender shall read why. */
async function* watched(stream: Readable): AsyncGenerator<Uint8Array> {
  const timer = setTimeout(() => stream.destroy(new Error('The upload fell silent.')), SILENCE_MS);
  try {
    for await (const piece of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      timer.refresh();
      yield piece;
    }
  } finally {
    clearTimeout(timer);
  }
}
