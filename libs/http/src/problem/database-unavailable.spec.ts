import { createServer } from 'node:net';
import pg from 'pg';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';

import { isDatabaseUnavailable } from './database-unavailable.js';

const failed = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no failure',
    (err: unknown) => err,
  );

describe('a failed query means that the database is away', () => {
  it('when nobody listens', async () => {
    const err = await failed(new pg.Client('postgres://a:b@127.0.0.1:1/c').connect());
    expect(isDatabaseUnavailable(err)).toBe(true);
  });

  it('when the connection is cut', async () => {
    const cutting = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => cutting.listen(0, '127.0.0.1', resolve));
    const address = cutting.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const err = await failed(new pg.Client(`postgres://a:b@127.0.0.1:${port}/c`).connect());
    cutting.close();
    expect(isDatabaseUnavailable(err)).toBe(true);
  });

  it('when a session ended between two statements of a transaction', () => {
    // TypeORM gives a broken connection back at once; what comes after finds none.
    expect(isDatabaseUnavailable(new QueryRunnerAlreadyReleasedError())).toBe(true);
    expect(isDatabaseUnavailable(new QueryRunnerProviderAlreadyReleasedError())).toBe(true);
  });

  it('when a connection was found to be half open', () => {
    expect(isDatabaseUnavailable(new Error('The connection to the database broke without a word.'))).toBe(
      true,
    );
  });

  it.each(['57P01', '57P03', '57014', '53300', '08006', '55P03'])('when it says %s', (code) => {
    expect(isDatabaseUnavailable(Object.assign(new Error('…'), { code }))).toBe(true);
  });

  it.each(['23505', '42601', '22P02', '42501', '40001'])('but not when it says %s', (code) => {
    expect(isDatabaseUnavailable(Object.assign(new Error('…'), { code }))).toBe(false);
  });

  it.each([null, undefined, 'ECONNREFUSED', new Error('x'), { code: 'ECONNREFUSED' }])(
    'nor for %p',
    (err) => {
      expect(isDatabaseUnavailable(err)).toBe(false);
    },
  );
});
