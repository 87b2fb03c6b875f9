import type { Readable } from 'node:stream';

import type { FastifyInstance } from 'fastify';

import { problem } from '../problem/problem-exception.js';
import { JSON_MEDIA_TYPE } from './json-body.js';

/** Bodies above this are cut off: nobody has to read them for a sender's comfort. */
const LARGEST_READ = 100 * 1024 * 1024;
const LONGEST_MS = 10_000;

/**
 * Refuses JSON that says beforehand that it is too large, once it was read to its end and thrown away: a sender that is
 * cut off in the middle of sending gets a broken connection and never reads why.
 *
 * @param limit bytes, as Fastify's `bodyLimit`.
 */
export function refuseOversizedBodies(server: FastifyInstance, limit: number): void {
  server.addHook('preParsing', (request, _reply, payload, done) => {
    const bytes = Number(request.headers['content-length'] ?? 0);
    if (bytes <= limit || !JSON_MEDIA_TYPE.test(request.headers['content-type'] ?? '')) {
      done();
      return;
    }
    void (bytes <= LARGEST_READ ? throwAway(payload) : Promise.resolve()).then(() =>
      done(problem('body_too_large')),
    );
  });
}

function throwAway(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LONGEST_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    for (const end of ['end', 'close', 'error']) stream.once(end, done);
    stream.resume();
  });
}
